/** The part of OpenAPI that custom resource definitions are written in, with nothing allowed that a schema does not name: the API server would prune it silently. */
export interface StructuralSchema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  properties?: Record<string, StructuralSchema>;
  additionalProperties?: boolean | StructuralSchema;
  items?: StructuralSchema;
  required?: string[];
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

/** One line a fault: `spec.policies.retries: is not known`. */
export function findFaults(value: unknown, schema: StructuralSchema, at = ''): string[] {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true && schema.type === undefined) return [];
  if (!hasType(value, schema.type)) return [`${at}: is not of type ${schema.type}`];
  const faults: string[] = [];
  if (schema.enum !== undefined && !schema.enum.includes(value)) faults.push(`${at}: is none of ${schema.enum}`);
  if (typeof value === 'string' && schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
    faults.push(`${at}: does not match ${schema.pattern}`);
  if (typeof value === 'number' && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value)))
    faults.push(`${at}: is not within ${schema.minimum} and ${schema.maximum}`);
  if (Array.isArray(value))
    for (const [index, item] of value.entries())
      faults.push(...findFaults(item, schema.items ?? {}, `${at}[${index}]`));
  else if (typeof value === 'object' && value !== null) faults.push(...findFaultsOfObject(value, schema, at));
  return faults;
}

function findFaultsOfObject(value: object, schema: StructuralSchema, at: string): string[] {
  const { properties = {}, additionalProperties, required = [] } = schema;
  const faults = required.filter((name) => !(name in value)).map((name) => `${at}: has no ${name}`);
  // Metadata is `type: object` in every definition: the API server knows it.
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || at === '.metadata';
  for (const [name, field] of Object.entries(value)) {
    const schemaOfField = properties[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : null);
    if (schemaOfField !== null) faults.push(...findFaults(field, schemaOfField, `${at}.${name}`));
    else if (!open && additionalProperties !== true) faults.push(`${at}.${name}: is not known`);
  }
  return faults;
}

function hasType(value: unknown, type: StructuralSchema['type']): boolean {
  if (type === undefined) return true;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
