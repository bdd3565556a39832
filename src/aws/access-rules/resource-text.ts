import { hasWildcard } from './globs';
import { isRecord } from './statement';

/** Stands for what an intrinsic becomes at deployment: some text, not known now, and no wildcard. A private-use character, so that no ARN holds it. */
export const UNKNOWN = '\uE000';

/** More alternatives (of `Fn::If`) than anyone writes by hand. */
const MOST_ALTERNATIVES = 64;

/**
 * What a resource or principal may read at deployment. A policy variable counts as a wildcard: session tags can set it.
 * Several texts when a condition of the template decides.
 */
export function textsOf(value: unknown): string[] {
  return alternatives(value).map((text) => text.replace(/\$\{[^}]*\}/g, '*'));
}

/**
 * Whether the text stands for everything: a star, or an ARN that only looks narrower, such as `arn:aws:s3:::*`, `arn:*:*:*:*:*` or every table of every account.
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

/** `${Name}` is a variable, `${!name}` is the text `${name}`: a policy variable. */
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
