import { hasWildcard } from './globs';
import { isRecord } from './statement';

/**
 * Stands for the value of an intrinsic, which is known only at deployment and is not a wildcard. It is a private-use character, which no ARN
 * contains.
 */
export const UNKNOWN = '\uE000';

/** Limit of alternatives (of `Fn::If`), above what anyone writes by hand. */
const MOST_ALTERNATIVES = 64;

/**
 * The possible texts of a resource or principal at deployment. A policy variable counts as a wildcard, because session tags can set it. There are
 * several texts if a condition of the template decides.
 */
export function textsOf(value: unknown): string[] {
  return alternatives(value).map((text) => text.replace(/\$\{[^}]*\}/g, '*'));
}

/**
 * Whether the text covers everything: a star, or an ARN that only seems narrower, such as `arn:aws:s3:::*`, `arn:*:*:*:*:*` or every table of every
 * account.
 */
export function isEverything(text: string): boolean {
  if (!hasWildcard(text)) {
    return false;
  }
  const [prefix, , , , account, ...rest] = text.split(':');
  if (prefix !== 'arn') {
    return !text.startsWith(UNKNOWN);
  }
  const name = rest.join(':');
  return /^[*?:/]*$/.test(name) || (hasWildcard(account) && /^[^*?:/]+[:/][*?:/]+$/.test(name));
}

/** Whether the text is one whole ARN. */
export function isExactArn(text: string): boolean {
  return !hasWildcard(text) && (text.startsWith(UNKNOWN) || /^arn:([^:]*:){4}./.test(text));
}

function alternatives(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  if (Array.isArray(value)) {
    return value.flatMap(alternatives);
  }
  const [[name, argument] = [], ...others] = isRecord(value) ? Object.entries(value) : [];
  if (name === undefined || others.length > 0 || !(name === 'Ref' || name.startsWith('Fn::'))) {
    return ['*'];
  }
  return (INTRINSICS.get(name) ?? unknown)(argument);
}

const INTRINSICS = new Map<string, (argument: unknown) => string[]>(Object.entries({
  'Ref': (name: unknown) => (name === 'AWS::NoValue' ? [] : [UNKNOWN]),
  'Fn::If': (argument: unknown) => (Array.isArray(argument) ? argument.slice(1).flatMap(alternatives) : unknown()),
  'Fn::Join': (argument: unknown) => {
    const [separator, parts] = Array.isArray(argument) ? argument : [];
    return typeof separator === 'string' && Array.isArray(parts) ? joined(parts.map(alternatives), separator) : unknown();
  },
  'Fn::Select': (argument: unknown) => {
    const [index, parts] = Array.isArray(argument) ? argument : [];
    if (!Array.isArray(parts)) {
      return unknown();
    }
    return alternatives(/^\d+$/.test(String(index)) ? parts[Number(index)] ?? [] : parts);
  },
  'Fn::Sub': (argument: unknown) => {
    const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return typeof template === 'string' ? substituted(template, isRecord(variables) ? variables : {}) : unknown();
  },
}));

function unknown(): string[] {
  return [UNKNOWN];
}

/** In Fn::Sub, `${Name}` is a variable, and `${!name}` is the literal text `${name}`: a policy variable. */
function substituted(template: string, variables: Record<string, unknown>): string[] {
  const parts = template.split(/\$\{([^}]*)\}/).map((part, index) => {
    if (index % 2 === 0) {
      return [part];
    }
    if (part.startsWith('!')) {
      return [`\${${part.slice(1)}}`];
    }
    return Object.hasOwn(variables, part) ? alternatives(variables[part]) : [UNKNOWN];
  });
  return joined(parts, '');
}

function joined(parts: string[][], separator: string): string[] {
  const given = parts.filter((options) => options.length > 0);
  if (given.reduce((count, options) => count * options.length, 1) > MOST_ALTERNATIVES) {
    return ['*'];
  }
  return given.reduce<string[]>(
    (texts, options, index) => texts.flatMap((text) => options.map((option) => (index === 0 ? option : `${text}${separator}${option}`))),
    [''],
  );
}
