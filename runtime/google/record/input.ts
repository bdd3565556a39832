import { InvalidInputError } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';

/** What the construct tells the program, in the variable NHI_RECORD. */
export interface RecordInput {
  readonly registry: string;
  readonly bucket: string;
  /** projects/<project>/topics/<id>. */
  readonly topic: string;
  /** The stack that says so. */
  readonly actor: string;
  readonly project: string;
  readonly agentName: string;
  readonly stage: string;
  readonly sponsorId: string;
  readonly expires: string;
  /** Of the account. Missing where the agent leaves: it is gone by then. */
  readonly accountUniqueId?: string;
  readonly accountEmail: string;
}

const VERSION = 1;
const FORMS: Readonly<Record<keyof RecordInput, RegExp>> = {
  registry: /^[a-z][a-z0-9-]{2,19}$/,
  bucket: /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
  topic: /^projects\/[a-z0-9][a-z0-9.:-]*\/topics\/[\w-]+$/,
  actor: /^[^\p{C}]{1,256}$/u,
  project: /^[a-z0-9][a-z0-9.:-]*$/,
  agentName: /^[a-z][a-z0-9-]{2,47}$/,
  stage: /^[a-z][a-z0-9]{1,14}$/,
  sponsorId: /^[^\p{C}]{1,256}$/u,
  expires: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/,
  accountUniqueId: /^\d+$/,
  accountEmail: /^[a-z0-9][a-z0-9.-]*@[a-z0-9.-]+$/,
};

/** Reads it; throws an `InvalidInputError` that says what is wrong. */
export function readInput(text: string | undefined): RecordInput {
  let input: Record<string, unknown>;
  try {
    input = JSON.parse(text ?? '') as Record<string, unknown>;
  } catch {
    throw new InvalidInputError('RecordInputInvalid', `NHI_RECORD is ${shown(text)}; wanted is a JSON object, which the construct's provisioner sets`);
  }
  if (input.version !== VERSION) {
    throw new InvalidInputError('RecordVersionUnknown', `NHI_RECORD has the version ${shown(input.version)}; this program reads ${VERSION}: use the one of the same release as the construct`);
  }
  const given = Object.entries(FORMS).filter(([field]) => field !== 'accountUniqueId' || input[field] !== undefined);
  for (const [field, form] of given) {
    const value = input[field];
    if (typeof value !== 'string' || !form.test(value)) {
      throw new InvalidInputError('RecordInputInvalid', `${field} is ${shown(value)}; wanted is a text that matches ${form.source}`);
    }
  }
  return Object.fromEntries(given.map(([field]) => [field, input[field]])) as unknown as RecordInput;
}
