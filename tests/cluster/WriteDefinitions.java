import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceValidation;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceValidationBuilder;
import io.strimzi.api.kafka.Crds;
import java.util.List;

/**
 * Writes Strimzi's own definitions of its resources, one line of JSON each. Their names and versions are the real ones; the schemas, which
 * the operator's chart has and this model has not, take anything (tests/manifests checks the documents with the model itself).
 */
public class WriteDefinitions {
  public static void main(String[] none) throws Exception {
    CustomResourceValidation anything =
        new CustomResourceValidationBuilder()
            .withNewOpenAPIV3Schema()
            .withType("object")
            .withXKubernetesPreserveUnknownFields(true)
            .endOpenAPIV3Schema()
            .build();
    for (CustomResourceDefinition definition : List.of(Crds.kafka(), Crds.kafkaNodePool(), Crds.kafkaTopic())) {
      definition.getSpec().getVersions().forEach(version -> version.setSchema(anything));
      System.out.println(new ObjectMapper().writeValueAsString(definition));
    }
  }
}
