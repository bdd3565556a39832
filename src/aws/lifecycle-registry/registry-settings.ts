import { aws_iam as iam, aws_kms as kms, aws_rds as rds, Duration } from 'aws-cdk-lib';
import { EvidenceLock } from './evidence-lock';
import { MassLeaverLimit } from './mass-leaver-limit';
import { Notifications } from './notifications';
import { SponsorDirectory } from './sponsor-directory';
import { ResidueKind } from '../../contract/residue';
import { AgentStage, Sponsor } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { requireInstance } from '../../core/instance';
import { requireOneName } from '../../core/one-name';
import { shown } from '../../core/shown';
import { requireAurora } from '../../revokers/kinds/database';

/** Properties of a registry that are made with classes of ours. */
interface Settings {
  readonly massLeaverLimit?: MassLeaverLimit;
  readonly evidenceLock?: EvidenceLock;
  readonly notifications?: Notifications;
  readonly sponsorDirectory?: SponsorDirectory;
  readonly defaultOwner?: Sponsor;
  readonly revokerPrivateHosts?: string[];
  readonly databases?: rds.IDatabaseCluster[];
  readonly encryptionKey?: kms.IKey;
  readonly breakGlassRoles?: readonly iam.IRole[];
}

// Lambda allows 4 KB for all variables of a function.
const MOST_HOSTS = 20;
const MOST_CLUSTERS = 20;
const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?$|^\[[0-9a-f:]{2,39}\]$/;
const LONGEST_PROPAGATION_WAIT = Duration.minutes(15);

/** @throws InvalidInputError `WrongClass`, `DefaultOwnerMissing`, `PrivateHostInvalid`, `DatabasesInvalid`, `DatabaseEngineUnsupported`, `WildcardName`, and the codes of `Sponsor` */
export function requireSettings(settings: Settings): void {
  const { massLeaverLimit, evidenceLock, notifications, sponsorDirectory, defaultOwner, encryptionKey } = settings;
  const { revokerPrivateHosts = [], databases = [], breakGlassRoles = [] } = settings;
  if (encryptionKey !== undefined) {
    requireOneName('the encryptionKey', encryptionKey.keyArn);
  }
  breakGlassRoles.forEach(({ roleArn }) => requireOneName('the role of breakGlassRoles', roleArn));
  if (massLeaverLimit !== undefined) {
    requireInstance('massLeaverLimit', massLeaverLimit, MassLeaverLimit, 'MassLeaverLimit.perHour()');
  }
  if (notifications !== undefined) {
    requireInstance('notifications', notifications, Notifications, 'Notifications.mail(), Notifications.topic() or Notifications.busOnly()');
  }
  if (sponsorDirectory !== undefined) {
    requireInstance('sponsorDirectory', sponsorDirectory, SponsorDirectory, 'SponsorDirectory.identityCenter(), .scim(), .list() or .lambda()');
  }
  if (sponsorDirectory !== undefined && defaultOwner === undefined) {
    throw new InvalidInputError('DefaultOwnerMissing', 'the registry has a sponsorDirectory and no defaultOwner: name who is accountable if neither sponsor nor backup is an active person');
  }
  if (defaultOwner !== undefined) {
    requireInstance('defaultOwner', defaultOwner, Sponsor, 'Sponsor.person() or Sponsor.team()');
  }
  if (!Array.isArray(revokerPrivateHosts) || revokerPrivateHosts.length > MOST_HOSTS || !revokerPrivateHosts.every(isHost)) {
    throw new InvalidInputError('PrivateHostInvalid', `revokerPrivateHosts ${shown(revokerPrivateHosts)} is not allowed: use up to ${MOST_HOSTS} host names or addresses in lower case, such as idp.corp.example`);
  }
  if (!Array.isArray(databases) || databases.length > MOST_CLUSTERS) {
    throw new InvalidInputError('DatabasesInvalid', `databases ${shown(databases)} is not allowed: use up to ${MOST_CLUSTERS} clusters of Aurora PostgreSQL`);
  }
  databases.forEach((cluster) => {
    requireAurora(cluster);
    requireOneName('a cluster of databases', cluster.clusterArn);
  });
  if (evidenceLock !== undefined) {
    requireInstance('evidenceLock', evidenceLock, EvidenceLock, 'EvidenceLock.governance() or EvidenceLock.compliance()');
  }
}

function isHost(host: unknown): boolean {
  return typeof host === 'string' && HOST.test(host);
}

/** @throws InvalidInputError `ResidueKindInvalid` */
export function validWipes(path: string, wipes: readonly ResidueKind[] = []): ResidueKind[] {
  const known = Object.values(ResidueKind);
  const unknown = wipes.filter((one) => !known.includes(one));
  if (unknown.length > 0) {
    throw new InvalidInputError('ResidueKindInvalid', `${path}: ${unknown.map(shown).join(', ')} is no kind of residue: use members of ResidueKind in \`wipes\``);
  }
  return [...new Set(wipes)].sort();
}

export function validWait(path: string, wait: Duration): Duration {
  if (typeof wait.isUnresolved !== 'function') {
    throw new InvalidInputError('PropagationWaitInvalid', `${path}: ${shown(wait)} is not a valid propagation wait: use a Duration, such as Duration.seconds(65)`);
  }
  if (wait.isUnresolved() || wait.toMilliseconds() % 1000 !== 0 || wait.toSeconds() > LONGEST_PROPAGATION_WAIT.toSeconds()) {
    throw new InvalidInputError('PropagationWaitInvalid',
      `${path}: ${wait.isUnresolved() ? 'a token' : wait.toHumanString()} is not a valid propagation wait: use whole seconds, at most ${LONGEST_PROPAGATION_WAIT.toHumanString()}`);
  }
  return wait;
}

/** Who approves is known only to an `AccessCertification`. Without one no agent could ever get into such a stage. */
export function withoutApprovers(path: string, stages: readonly AgentStage[]): string[] {
  const names = stages.filter(({ profile }) => profile.requiresApproval).map(({ name }) => name);
  return names.length === 0 ? [] : [`ApprovalImpossible: ${path}: the stages ${names.join(', ')} require an approval, and nobody can approve: add an AccessCertification for the registry, or leave out requiresApproval`];
}
