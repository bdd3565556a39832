import { FORMS, PROGRAM_ENVIRONMENT, RECORD_VERSION, RecordMessage, RESOURCE_NAMES } from '../../../src/contract/google';
import { InvalidInputError } from '../../../src/core/errors';
import { shown } from '../../../src/core/shown';
import { messageText } from '../message';

/** The construct's message to the program. */
export type RecordInput = Omit<RecordMessage, 'version'>;

const FIELDS: Readonly<Record<Exclude<keyof RecordInput, 'record'>, RegExp>> = {
  registry: FORMS.registryName,
  bucket: FORMS.bucket,
  topic: RESOURCE_NAMES.topic.pattern,
  actor: FORMS.line,
  project: FORMS.project,
  agentName: FORMS.agentName,
  stage: FORMS.stage,
  sponsorId: FORMS.line,
  expires: FORMS.instant,
  accountUniqueId: FORMS.uniqueId,
  accountEmail: FORMS.accountEmail,
};

/** Parses the message. Throws an `InvalidInputError` that says what is wrong. */
export function readInput(text: string | undefined): RecordInput {
  let input: Record<string, unknown>;
  try {
    input = JSON.parse(messageText(text) ?? '') as Record<string, unknown>;
  } catch {
    throw new InvalidInputError('RecordInputInvalid', `${PROGRAM_ENVIRONMENT.record} is ${shown(text)}; expected is a JSON object, which the construct's provisioner sets`);
  }
  if (input.version !== RECORD_VERSION) {
    throw new InvalidInputError('RecordVersionUnknown', `${PROGRAM_ENVIRONMENT.record} has the version ${shown(input.version)}; this program reads ${RECORD_VERSION}: use the one of the same release as the construct`);
  }
  const given = Object.entries(FIELDS).filter(([field]) => field !== 'accountUniqueId' || input[field] !== undefined);
  for (const [field, form] of given) {
    const value = input[field];
    if (typeof value !== 'string' || !form.test(value)) {
      throw new InvalidInputError('RecordInputInvalid', `${field} is ${shown(value)}; expected is a text that matches ${form.source}`);
    }
  }
  const record = input.record === undefined ? {} : { record: input.record };
  if (typeof input.record !== 'object' && input.record !== undefined) {
    throw new InvalidInputError('RecordInputInvalid', `record is ${shown(input.record)}; expected is an object`);
  }
  return { ...Object.fromEntries(given.map(([field]) => [field, input[field]])), ...record } as unknown as RecordInput;
}
