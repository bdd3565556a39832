import { InvalidInputError } from './errors';
import { requireLiteral } from './literal';
import { CAMPAIGN_NAME } from './name-forms';
import { shown } from './shown';

/**
 * Checks and returns a campaign's permanent name in its registry, such as `2026-q4`.
 *
 * @throws InvalidInputError `CampaignNameInvalid`, `TextRequired`, `LiteralRequired`
 */
export function validateCampaignName(name: string): string {
  if (!CAMPAIGN_NAME.test(requireLiteral('the campaign\'s name', name))) {
    throw new InvalidInputError('CampaignNameInvalid', `campaign name ${shown(name)} is not allowed: use 3-48 of [a-z0-9-], beginning and ending with a letter or digit, without --, such as 2026-q4`);
  }
  return name;
}
