import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.CustomResource;
import io.strimzi.api.kafka.model.common.UnknownPropertyPreserving;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.kafka.KafkaClusterSpec;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import java.io.File;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reads YAML files as the Strimzi operator would, and fails when a document has anything that the operator does not know. */
public class ReadResources {
  static final Map<String, Class<? extends CustomResource<?, ?>>> KINDS =
      Map.of("Kafka", Kafka.class, "KafkaNodePool", KafkaNodePool.class, "KafkaTopic", KafkaTopic.class);

  static final List<String> faults = new ArrayList<>();

  public static void main(String[] files) throws Exception {
    YAMLMapper mapper = new YAMLMapper();
    mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    int read = 0;
    for (String file : files) {
      for (JsonNode document : mapper.readerFor(JsonNode.class).<JsonNode>readValues(new File(file)).readAll()) {
        String kind = document.path("kind").asText();
        String where = kind + "/" + document.at("/metadata/name").asText();
        if (!KINDS.containsKey(kind)) {
          faults.add(where + ": not a kind of Strimzi's");
          continue;
        }
        CustomResource<?, ?> resource = mapper.convertValue(document, KINDS.get(kind));
        List<?> versions = (List<?>) resource.getClass().getField("VERSIONS").get(null);
        String version = document.path("apiVersion").asText();
        if (!version.startsWith("kafka.strimzi.io/") || !versions.contains(version.substring("kafka.strimzi.io/".length()))) {
          faults.add(where + ": " + version + " is none of " + versions);
        }
        findUnknown(where, resource);
        findLost(where + ".metadata", document.get("metadata"), mapper.valueToTree(resource.getMetadata()));
        findLost(where + ".spec", document.get("spec"), mapper.valueToTree(resource.getSpec()));
        if (resource instanceof Kafka kafka) checkConfig(where, kafka.getSpec().getKafka());
        read++;
      }
    }
    faults.forEach(System.out::println);
    System.out.println(read + " read");
    System.exit(faults.isEmpty() ? 0 : 1);
  }

  /** Strimzi's classes keep what they do not know instead of failing. */
  static void findUnknown(String where, Object value) throws Exception {
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) findUnknown(where + "[" + i + "]", list.get(i));
    }
    if (value == null || !value.getClass().getName().startsWith("io.strimzi.api.")) return;
    if (value instanceof UnknownPropertyPreserving known && known.getAdditionalProperties() != null) {
      known.getAdditionalProperties().keySet().forEach(name -> faults.add(where + "." + name + ": unknown"));
    }
    for (Method getter : value.getClass().getMethods()) {
      if (getter.getParameterCount() > 0 || !getter.getName().matches("get[A-Z].*") || value instanceof Enum) continue;
      Class<?> type = getter.getReturnType();
      if (List.class.isAssignableFrom(type) || type.getName().startsWith("io.strimzi.api.")) {
        findUnknown(where + "." + getter.getName().substring(3), getter.invoke(value));
      }
    }
  }

  /** A value that an enumeration does not have becomes null; `false` is not written where it is the default. */
  static void findLost(String where, JsonNode written, JsonNode read) {
    if (written.isBoolean() && !written.asBoolean() && read == null) return;
    if (read == null || read.isMissingNode() || read.isNull()) faults.add(where + ": " + written + " is not taken");
    else if (written.isObject()) {
      written.fields().forEachRemaining(
          field -> findLost(where + "." + field.getKey(), field.getValue(), read.get(field.getKey())));
    } else if (written.isArray()) {
      for (int i = 0; i < written.size(); i++) findLost(where + "[" + i + "]", written.get(i), read.get(i));
    } else if (!written.asText().equals(read.asText())) {
      faults.add(where + ": " + written + " is read as " + read);
    }
  }

  /** Settings that the operator sets itself and takes from nobody. */
  static void checkConfig(String where, KafkaClusterSpec kafka) {
    List<String> exceptions = Arrays.asList(KafkaClusterSpec.FORBIDDEN_PREFIX_EXCEPTIONS.split(", "));
    for (String key : kafka.getConfig().keySet()) {
      if (exceptions.contains(key)) continue;
      for (String prefix : KafkaClusterSpec.FORBIDDEN_PREFIXES.split(", ")) {
        if (key.startsWith(prefix)) faults.add(where + ".spec.kafka.config." + key + ": belongs to the operator");
      }
    }
  }
}
