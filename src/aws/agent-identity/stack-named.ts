import { IConstruct } from 'constructs';
import { STACK_NAME } from '../../contract/name-forms';
import { InvalidInputError } from '../../core/errors';
import { requireLiteral } from '../../core/literal';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';

/** @throws InvalidInputError `StackNameInvalid`, and what `requireLiteral` fails with */
export function stackNamed(agent: IConstruct, what: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : withPath(agent, () => {
    if (!STACK_NAME.test(requireLiteral(what, name))) {
      throw new InvalidInputError('StackNameInvalid', `${what} ${shown(name)} is not the name of a stack: give the name of the other root stack`);
    }
    return name;
  });
}
