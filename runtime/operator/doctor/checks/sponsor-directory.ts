import { DirectoryAnswer, NO_ANSWER } from '../../../../src/contract/sponsor-directory';
import { Check, error, ok, warning } from '../check';
import { environmentOf, invoked } from '../registry-function';

/** An address that nobody has (RFC 2606): `unknown` is the right answer. */
const NOBODY = 'nhi-doctor@example.invalid';

/** The directory of people answers. It is asked about nobody. */
export const sponsorDirectory: Check = {
  name: 'sponsor directory',
  needs: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
  async look({ connection, names: { sponsorFunction } }) {
    if (await environmentOf(connection, sponsorFunction) === undefined) {
      return [warning('the registry has no directory of people: a sponsor who leaves is not noticed', 'set sponsorDirectory and defaultOwner of the registry')];
    }
    const response = await invoked(connection, sponsorFunction, { emails: [NOBODY] });
    const [answer] = (Array.isArray(response) ? response : []) as Partial<DirectoryAnswer>[];
    const fix = `the log of ${sponsorFunction} has the reason: check the token, the URL and the service; no agent can join meanwhile`;
    if (answer?.status === undefined) {
      return [error(`the function ${sponsorFunction} failed: ${String((response as { errorMessage?: unknown } | null)?.errorMessage ?? 'it responded nothing')}`, fix)];
    }
    return [answer.status === NO_ANSWER ? error(`the directory of people does not answer: ${answer.evidence ?? ''}`, fix)
      : answer.status === 'active' ? error(`the directory of people says that ${NOBODY}, which nobody has, is active`, 'it takes anybody for an active person: correct its settings')
        : ok('the directory of people answers')];
  },
};
