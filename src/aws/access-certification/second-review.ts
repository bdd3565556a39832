import { validateEmail } from '../../core/email';
import { InvalidInputError } from '../../core/errors';
import { shown } from '../../core/shown';

/** A sample of the reviews that a second person decides too. */
export interface SecondReviewProps {
  /**
   * Share of the reviews that are drawn, more than 0 and at most 1, such as 0.1. A review is drawn when its first decision is complete, so nobody knows before.
   */
  readonly share: number;

  /**
   * Mail address of the second reviewer of all agents, such as somebody of the security team. If that person decided first, any other person who may decide is the second one.
   *
   * @default - the other one of sponsor and backup
   */
  readonly reviewer?: string;
}

/** @throws InvalidInputError `CertificationInvalid`, and the codes of `validateEmail` */
export function secondReviewFacts({ share, reviewer }: SecondReviewProps): { readonly share: number; readonly reviewer?: string } {
  if (typeof share !== 'number' || !(share > 0 && share <= 1)) {
    throw new InvalidInputError('CertificationInvalid', `the share ${shown(share)} of second reviews is not allowed: use a number above 0, at most 1, such as 0.1`);
  }
  return { share, ...(reviewer === undefined ? {} : { reviewer: validateEmail('the second reviewer', reviewer).toLowerCase() }) };
}
