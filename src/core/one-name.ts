import { InvalidInputError } from './errors';
import { shown } from './shown';
import { DYNAMIC_REFERENCE } from './text';

/** Placeholders of CDK and CDKTF. Their values are known only at deployment. */
const PLACEHOLDERS = /[$#]\{(?:Tf)?Token\[[^\]]*\]\}/g;
const READ_AS_MORE = /[*?]|\$\{/;

/**
 * Whether a name, a path or an ARN could stand for more than one: IAM reads `*` and `?` as wildcards and `${` as a variable, in policies and in conditions on ARNs, and
 * CloudFormation replaces a dynamic reference. IAM allows these characters in the paths of roles.
 */
export function standsForMore(text: string): boolean {
  return READ_AS_MORE.test(text) || DYNAMIC_REFERENCE.test(text);
}

/** The literal parts of a text that may have placeholders. */
export function literalParts(text: string): string {
  // A space, so that what stands around a placeholder is not read as one.
  return text.replace(PLACEHOLDERS, ' ');
}

/**
 * Checks an ARN or a name that a policy of ours will name, as far as it is known at synthesis, and returns it.
 *
 * @throws InvalidInputError `WildcardName`
 */
export function requireOneName(what: string, name: string): string {
  if (standsForMore(literalParts(name))) {
    throw new InvalidInputError('WildcardName', `${what} ${shown(name)} holds *, ?, \${ or a dynamic reference, so a policy that names it would cover others too: give the ARN or the name of exactly one`);
  }
  return name;
}
