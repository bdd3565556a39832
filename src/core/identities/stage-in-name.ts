/** The stage that a name says, as a word of its own. */
export function stageIn(name: string): 'production' | 'test' | undefined {
  const words = name.toLowerCase().split(/[^a-z]+/);
  return words.some((word) => /^(prod|production|prd|live)$/.test(word)) ? 'production'
    : words.some((word) => /^(test|testing|dev|development|sandbox|staging|stage|qa|uat)$/.test(word)) ? 'test' : undefined;
}
