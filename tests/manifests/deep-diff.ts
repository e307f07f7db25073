/** The paths at which two plain values differ; items of a list that have a `name` are told apart by it. */
export function differingPaths(before: unknown, after: unknown, at = ''): string[] {
  if (isObject(before) && isObject(after)) {
    const [one, other] = [entries(before), entries(after)];
    const keys = [...new Set([...one.keys(), ...other.keys()])];
    return keys.flatMap((key) => {
      const path = at === '' ? key : `${at}.${key}`;
      return one.has(key) && other.has(key) ? differingPaths(one.get(key), other.get(key), path) : [path];
    });
  }
  return Object.is(before, after) ? [] : [at];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function entries(value: object): Map<string, unknown> {
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(value.map((item, index) => [isObject(item) && 'name' in item ? `${item.name}` : `${index}`, item]));
}
