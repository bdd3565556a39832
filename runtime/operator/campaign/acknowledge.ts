import { personOf, readAcknowledgement } from './acknowledgement';
import { Campaigning } from './campaigning';
import { signingKey } from './signing-key';
import { firstText, openedCampaign, sourceOf } from './stored';
import { believed } from './verify-package';
import { acknowledgementKey, campaignPackageKey } from '../../../src/contract/evidence-keys';
import { canonicalJson } from '../../../src/core/canonical-json';
import { RefusedError } from '../../../src/core/errors';
import { requireReason } from '../../../src/core/reason';
import { ALGORITHM, digestToSign, enveloped, isDecided } from '../../certification/campaign';
import { hashOfText, putOnce } from '../../evidence';
import { CampaignAcknowledgement, Outcome, OUTCOMES } from '../../model/campaign';
import { Connection } from '../connection';
import { Proposal } from '../proposal';

const MEANING = 'As management I acknowledge the result of this campaign: the access that was kept remains appropriate, and what was not is addressed or named as undecided.';

/**
 * Says what management acknowledges, and records it.
 *
 * @throws InvalidInputError `CampaignUnknown`, `CampaignKeyMissing`, and the codes of `requireReason`
 * @throws RefusedError `CampaignOpen`, `EvidenceChanged`, `CampaignAcknowledged`, `SecondPersonNeeded`
 */
export async function proposeAcknowledgement(
  connection: Connection, campaign: string, reason: string, { clock }: Pick<Campaigning, 'clock'>,
): Promise<Proposal<CampaignAcknowledgement>> {
  const why = requireReason(reason);
  const opened = await openedCampaign(sourceOf(connection), campaign);
  const key = campaignPackageKey(opened.place);
  const text = await firstText(sourceOf(connection), key);
  if (text === undefined) {
    throw new RefusedError('CampaignOpen', `campaign ${campaign} is not closed, so there is nothing to acknowledge: nhi campaign close ${campaign}`);
  }
  const { signed, refused } = await believed(sourceOf(connection), opened, text);
  if (signed === undefined) {
    throw new RefusedError('EvidenceChanged', `s3://${connection.bucket}/${key} can't be acknowledged: ${refused}; see nhi campaign verify ${campaign}`);
  }
  if (await readAcknowledgement(sourceOf(connection), opened.place) !== undefined) {
    throw new RefusedError('CampaignAcknowledged', `campaign ${campaign} was acknowledged: see nhi campaign verify ${campaign}`);
  }
  const own = [opened.manifest.openedBy, signed.closedBy].filter((one) => personOf(one) === personOf(connection.operator));
  if (own.length > 0) {
    throw new RefusedError('SecondPersonNeeded', `${personOf(connection.operator)} opened or closed campaign ${campaign}: another person of management acknowledges it`);
  }
  const counts = (Object.entries(signed.outcomes) as [Outcome, number][]).filter(([, many]) => many > 0);
  return {
    will: [
      `campaign ${campaign} of registry ${connection.registry} in account ${connection.account}, closed at ${signed.closedAt} by ${signed.closedBy}: record for good, and sign, that management acknowledges it`,
      ...counts.map(([outcome, many]) => `  ${isDecided(outcome) ? '' : 'NOT DECIDED '}${outcome} ${many}: ${OUTCOMES[outcome].says}`),
      ...(signed.undecided === undefined ? [] : [`  it was closed although something is undecided: "${signed.undecided}"`]),
      ...(signed.unknown === 0 ? [] : [`  ${signed.unknown} roles and users belong to no agent, so nobody reviewed them`]),
      `  in your name: "${MEANING}"`,
    ],
    make: async () => {
      const { keyId, sign } = await signingKey(connection);
      const { registry, account, operator, s3, bucket } = connection;
      const acknowledgement: CampaignAcknowledgement = {
        kind: 'nhi-campaign-acknowledgement',
        registry,
        account,
        campaign,
        package: { key, sha256: hashOfText(text) },
        acknowledgedAt: clock().toISOString(),
        acknowledgedBy: operator,
        reason: why,
        meaning: MEANING,
        signing: { algorithm: ALGORITHM, keyId },
      };
      const payload = canonicalJson(JSON.parse(JSON.stringify(acknowledgement)));
      const envelope = canonicalJson(enveloped(payload, keyId, await sign(digestToSign(payload, 'acknowledgement')), 'acknowledgement'));
      const to = acknowledgementKey(opened.place);
      if (await putOnce(s3, bucket, to, envelope) !== envelope || await firstText(sourceOf(connection), to) !== envelope) {
        throw new RefusedError('CampaignAcknowledged', `somebody else acknowledged campaign ${campaign} at the same time: see nhi campaign verify ${campaign}`);
      }
      return acknowledgement;
    },
  };
}
