import { globMatches, hasWildcard } from '../iam/globs';
import { resourceFormats } from '../iam/resource-formats';
import { isEverything, UNKNOWN, textsOf } from '../iam/resource-text';
import { isRecord, list } from '../iam/statement';

/** Makes what has no name yet, so that its kind is all that can be named. */
const MAKES_SOMETHING = /^ec2:(allocate|copy|create(?!tags)|import|register|request|run)/;

/**
 * Whether an ARN stands for every resource of a kind, such as `table/*`, `tabl?/*` or `*table/*`: within an account that means every resource of the
 * kind. Of kinds that AWS doesn't list, the form is guessed: a word and a name.
 */
export function isWholeKind(text: string): boolean {
  const [prefix, , service, , account, ...rest] = text.split(':');
  const resource = rest.join(':');
  if (prefix !== 'arn' || !hasWildcard(text) || resource.includes(UNKNOWN)) {
    return false;
  }
  const formats = resourceFormats(service, account !== '');
  const pattern = resource.replace(NAMES_NOTHING, '*');
  return formats.some((format) => covers(pattern, format))
    || (!formats.some((format) => format.startsWith('*')) && /^[^*?:/]+[:/][*?:/]+$/.test(resource));
}

/** Wildcards with only punctuation beside them: `?*-?*` leaves out few names or, where all names are of that form, none. */
const NAMES_NOTHING = /[-_.]*[*?][*?\-_.]*/g;

/** Stands for any name: no pattern spells it out. */
const ANY_NAME = '\uE001';

/** Whether only wildcards stand where a form has its names. */
function covers(pattern: string, format: string): boolean {
  return hasWildcard(pattern) && globMatches(pattern, format.replaceAll('*', ANY_NAME));
}

/** Whether an action creates a resource, so that no single resource can be named. */
export function makesSomething(action: string): boolean {
  return MAKES_SOMETHING.test(action.toLowerCase());
}

/** Condition keys, in lower case, that identify a resource. */
const NARROWING = [
  /^[a-z0-9-]+:resourcetag\//,
  /^bedrock:inferenceprofilearn$/,
  /^bedrock-mantle:model$/,
  /^cloudwatch:namespace$/,
  /^ec2:createaction$/,
  /^ecs:(cluster|service|task)$/,
  /^elasticfilesystem:accesspointarn$/,
  /^kms:(requestalias|resourcealiases)$/,
  /^lambda:functionarn$/,
  /^s3:existingobjecttag\//,
];
/** Operators that are false if the key is absent. */
const POSITIVE = /^(foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like))$/i;

/**
 * Whether conditions restrict the statement to some resources, whatever its ARNs are. A policy variable counts as any text, because session tags can
 * set it.
 */
export function isNarrowed(conditions: Record<string, unknown> | undefined): boolean {
  return Object.entries(conditions ?? {}).some(([operator, keys]) => POSITIVE.test(operator) && isRecord(keys) && Object.entries(keys)
    .some(([key, values]) => NARROWING.some((pattern) => pattern.test(key.toLowerCase()))
      && list(values).flatMap(textsOf).every((value) => saysSomething(key.toLowerCase(), value))));
}

function saysSomething(key: string, value: string): boolean {
  return key.startsWith('kms:') ? /^alias\/[^*?]/.test(value)
    : /[^*?:/\s]/.test(value) && !/^(arn:)?[*?:]/.test(value) && !isEverything(value) && !isWholeKind(value);
}
