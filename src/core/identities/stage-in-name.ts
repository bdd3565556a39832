const WORDS: readonly (readonly [stage: StageInName, words: RegExp])[] = [
  ['production', /^(prod|production|prd|live)$/],
  ['staging', /^(staging|stage)$/],
  ['test', /^(test|testing|dev|development|sandbox|qa|uat)$/],
];

/** Names of things that contain the word of a stage, and are of none. */
const OF_THINGS = /(?<![a-z])(?:live[^a-z]*(?:chat|data|events?|feeds?|stream\w*|support|updates?|video)|dev[^a-z]*(?:ops|portal|rel|tools?))(?![a-z])/g;

/** A stage that a name can tell. */
export type StageInName = 'production' | 'staging' | 'test';

/** The stage in a name, as a word of its own. */
export function stageInName(name: string): StageInName | undefined {
  const words = name.toLowerCase().replace(OF_THINGS, ' ').split(/[^a-z]+/);
  return WORDS.find(([, form]) => words.some((word) => form.test(word)))?.[0];
}

/** Whether a name is of production, or of what comes before it. */
export function stageIn(name: string): 'production' | 'test' | undefined {
  const stage = stageInName(name);
  return stage === 'staging' ? 'test' : stage;
}
