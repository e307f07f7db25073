/** What of an input its skeleton (`--generate-full-command-json-input`) does not know, by path. */
export function strangers(input: unknown, skeleton: unknown, at = ''): string[] {
  const variants = variantsOf(skeleton);
  if (variants) {
    const found = variants.map((variant) => strangers(input, variant, at));
    return found.find((one) => one.length === 0) ?? found[0] ?? [at];
  }
  if (Array.isArray(skeleton)) {
    if (!Array.isArray(input)) return [`${at}: is no list`];
    return input.flatMap((one, index) => strangers(one, skeleton[0], `${at}[${index}]`));
  }
  if (typeof skeleton === 'object' && skeleton !== null) return strangersOfObject(input, skeleton, at);
  if (typeof skeleton === 'string' && skeleton.includes('|'))
    return skeleton.split('|').includes(String(input)) ? [] : [`${at}: is none of ${skeleton}`];
  return typeof input === typeof skeleton ? [] : [`${at}: is no ${typeof skeleton}`];
}

function strangersOfObject(input: unknown, skeleton: object, at: string): string[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return [`${at}: is no object`];
  const known = Object.entries(skeleton);
  // `tagKey1` and `string1` stand for keys of one's own.
  const free = known.find(([key]) => /^(tagKey|string)1$/.test(key));
  return Object.entries(input).flatMap(([key, value]) => {
    const part = free ?? known.find(([name]) => name === key);
    return part ? strangers(value, part[1], `${at}.${key}`) : [`${at}.${key}: is not known`];
  });
}

/** Where one of several objects may stand, the skeleton says so in a sentence before them. */
function variantsOf(skeleton: unknown): unknown[] | null {
  if (!Array.isArray(skeleton)) return null;
  const [sentence, ...variants] = skeleton as unknown[];
  return typeof sentence === 'string' && sentence.startsWith('This parameter should') ? variants : null;
}
