import { ProvenSignIn } from './sign-in';
import { PageOperators } from '../../src/contract/review-page';

/** Whether somebody who signed in may see all agents. The address is verified, and the claim is of the verified ID token. */
export function isOperator(operators: PageOperators | undefined, { identity: { email }, claims }: ProvenSignIn): boolean {
  const { addresses = [], group } = operators ?? {};
  return addresses.includes(email)
    || (group !== undefined && Object.hasOwn(claims, group.claim) && [claims[group.claim]].flat().includes(group.value));
}
