import { createHash } from 'node:crypto';
import { EXPIRY_POLICY } from '../../../src/contract/adoption';
import { denyAllArn, QUARANTINE_POLICY, REDUCTION_POLICY } from '../../../src/contract/policy-names';
import { missingOf, PrincipalDescription } from '../../aws/principals';
import { SeenPart, SeenPrincipal } from '../../model/drift';
import { PlacementState, PrincipalRecord } from '../../model/placement-state';
import { Engine } from '../engine';
import { adoptionOf } from '../steps/adopt';

/**
 * What an adopted role shows. What the adoption added must be there. What its owner gave it is compared with the first look after the adoption: whether a change came by the owner's
 * deployment or by hand is not known if the owner's stack is another one, so it is notified and never removed.
 */
export function seenOfAdopted(
  engine: Engine, state: PlacementState, principal: PrincipalRecord, described: PrincipalDescription, writtenAt: string,
): Pick<SeenPrincipal, 'added' | 'missing' | 'protectedNames' | 'parts'> {
  const { before } = principal;
  const { inline, attached } = described;
  const part = (content: unknown): SeenPart => ({ digest: createHash('sha256').update(JSON.stringify(content)).digest('hex'), writtenAt });
  const denials = [QUARANTINE_POLICY, ...(state.reduction === undefined ? [REDUCTION_POLICY] : [])];
  const owners = Object.keys(inline).filter((name) => ![EXPIRY_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY].includes(name)).sort();
  const missing = before === undefined ? [] : missingOf(engine, principal, { before, ...adoptionOf(engine, state, state.declared), tags: {} }, described).filter((what) => !what.startsWith('tag '));
  return {
    added: { inline: denials.filter((name) => name in inline), attached: attached.filter((arn) => arn === denyAllArn(engine.partition)) },
    protectedNames: [QUARANTINE_POLICY, REDUCTION_POLICY, denyAllArn(engine.partition)],
    missing: [...EXPIRY_POLICY in inline ? [] : [`inline policy ${EXPIRY_POLICY}`], ...missing],
    parts: {
      'inline policies': part(owners),
      'attached policies': part([...attached].sort()),
      ...Object.fromEntries([...owners, EXPIRY_POLICY].filter((name) => name in inline).map((name) => [`inline policy ${name}`, part(inline[name])])),
    },
  };
}
