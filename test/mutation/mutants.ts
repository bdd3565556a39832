/** One edit of one file. */
export interface Mutant {
  readonly file: string;
  /** Occurs once in the file. */
  readonly text: string;
  readonly replacement: string;
  /** Test files, of which at least one must fail. */
  readonly tests: readonly string[];
}

/** Percentage of the mutants that the tests must kill. */
export const MINIMUM_SCORE = 100;

/** Survivors, as the run names them, that no test can or needs to detect, with the reason. */
export const ACCEPTED_SURVIVORS: ReadonlyMap<string, string> = new Map();

const ENGINE = ['protocol', 'finish', 'steps/deletions', 'steps/keep', 'steps/wipe', 'ended', 'observation/unconfirmed', 'suspend', 'protocol-laws', 'disturbed-laws'].map((name) => `test/runtime/engine/${name}.test.ts`);
const GOOGLE_INTERLEAVINGS = ['test/runtime/google/suspension/interleavings.test.ts'];
const GOOGLE_SUSPENSION = ['test/runtime/google/suspension/suspension.test.ts'];
const SUSPENSION = ['test/runtime/engine/suspension-cuts.test.ts', 'test/runtime/suspension/drill.test.ts'];
const JOIN_AGAIN = ['test/runtime/engine/join-again.test.ts'];
const DATABASE = ['test/e2e/database-user.test.ts'];
const GITHUB_APP = ['test/runtime/revokers/github-app.test.ts'];
const HUMAN = ['test/runtime/engine/human-revocation.test.ts'];
const ACCESS_KEYS = ['test/runtime/engine/access-keys.test.ts'];
const BEDROCK_KEYS = ['test/aws/agent-identity/bedrock-api-key.test.ts'];
const DECISIONS = ['decide-create', 'decide-update', 'decide-delete', 'stage-unknown', 'finish', 'renew', 'suspend', 'access-change', 'attend'].map((name) => `test/runtime/engine/decision/${name}.test.ts`);
const OFFBOARD = ['decision/offboard', 'decision/retry', 'offboard'].map((name) => `test/runtime/engine/${name}.test.ts`);
const NOTIFICATIONS = ['send-digests', 'digest-laws', 'collect'].map((name) => `test/runtime/notifications/${name}.test.ts`);
const SWEEP = ['test/runtime/sweep/sweep.test.ts'];
const AGENDA = [
  ...['agenda', 'forgotten', 'unused'].map((name) => `test/runtime/sweep/${name}.test.ts`),
  'test/runtime/engine/agenda/next-due.test.ts', 'test/runtime/engine/decision/attend.test.ts',
];
const APPROVAL = ['test/runtime/engine/approval.test.ts'];
const REVIEW = ['test/runtime/engine/review.test.ts', 'test/runtime/engine/reviewers.test.ts', 'test/runtime/certification/items.test.ts', 'test/runtime/certification/pace.test.ts'];
const CERTIFIED_END = ['test/runtime/engine/certified-end.test.ts', 'test/runtime/engine/agenda/first-reviews.test.ts'];
const COLUMNS = [
  'test/runtime/engine/review-columns.test.ts', ...['items', 'resource-grants', 'code-change'].map((name) => `test/runtime/certification/${name}.test.ts`),
  ...['attached-policies', 'resource-policies'].map((name) => `test/runtime/aws/granted/${name}.test.ts`), 'test/runtime/aws/usage/cost.test.ts',
];
const PEERS = ['test/runtime/ledger/peer-counters.test.ts'];
const CAMPAIGN = ['campaign', 'acknowledge', 'outcome', 'envelope'].map((name) => `test/runtime/operator/campaign/${name}.test.ts`);
const DRIFT = ['test/runtime/engine/agenda/drift.test.ts', 'test/runtime/sweep/drift.test.ts'];
const SPONSORS = [
  'test/runtime/sweep/sponsors.test.ts', 'test/runtime/engine/decision/sponsors.test.ts', 'test/runtime/engine/observation/directory.test.ts', 'test/runtime/sponsors/scim.test.ts',
  'test/runtime/sponsors/kinds.test.ts',
];
const RESPONSE = ['test/runtime/aws/cloudformation/response.test.ts'];
const CONFIRM = ['test/runtime/aws/cloudformation/confirm.test.ts'];
const LEAVER_LIMIT = ['test/runtime/ledger/leaver-limit.test.ts', 'test/runtime/ledger/fleet.test.ts'];
const LIMITER = ['test/runtime/ledger/call-limiter.test.ts'];
const USAGE = ['test/runtime/aws/usage/sources.test.ts'];
const MACHINES = ['test/runtime/aws/cuts/ecs.test.ts', 'test/runtime/aws/cuts/instances.test.ts'];
const LOCK = ['test/runtime/ledger/lock.test.ts', ...ENGINE];
const MACHINE = ['test/aws/lifecycle-registry/lifecycle-machine.test.ts', 'test/aws/lifecycle-registry/machine-retries.test.ts'];
const REGISTRY = ['test/aws/lifecycle-registry/agreed-names.test.ts'];
const AGENT = ['deployment-order', 'managed-agent-identity', 'final-checks'].map((name) => `test/aws/agent-identity/${name}.test.ts`);
const ADOPTIONS = ['test/runtime/aws/principals/adoption.test.ts'];
const ADOPTED = ['test/runtime/engine/adopt.test.ts'];
const PRINCIPALS = ['quarantine', 'in-band', 'inspect', 'terminate', 'namesake'].map((name) => `test/runtime/aws/principals/${name}.test.ts`);
const NARROWING = ['test/runtime/engine/decision/narrowing.test.ts'];
const DOCS = ['test/docs/code-in-docs.test.ts'];
const STATE_OF_EVENTS = ['test/runtime/evidence/state-of-events.test.ts', 'test/runtime/evidence/state-of-decisions.test.ts'];
const CERTIFICATE = ['test/runtime/evidence/certificate.test.ts', 'test/runtime/evidence/certificate-store.test.ts'];
const LEAVES = ['leave', 'deaths'].map((name) => `test/runtime/google/proof/${name}.test.ts`);
const HANDLERS = ['test/runtime/handlers/handlers.test.ts'];
const GUARDS = ['agent-guard', 'shared-guard', 'registry-denies'].map((name) => `test/aws/guards/${name}.test.ts`);
const TRUST = ['test/aws/guards/trust-policy.test.ts'];
const RUNTIMES = ['services', 'federated', 'bedrock-agent-core'].map((name) => `test/aws/agent-runtime/kinds/${name}.test.ts`);
const NAMES = [
  ...['boundaries', 'generated-names', 'misuse', 'pinned-names'].map((name) => `test/aws/agent-identity/${name}.test.ts`), 'test/aws/lifecycle-registry/agent-naming.test.ts',
  'test/runtime/sweep/drift.test.ts',
];
const MODELS = ['test/aws/model-access/model-access.test.ts'];
const RULES = ['statement-rules', 'grants', 'statement-laws'].map((name) => `test/aws/access-rules/${name}.test.ts`);
const TRUST_RULES = ['test/aws/access-rules/trust-rules.test.ts'];
const wiper = (name: string): string[] => [`test/runtime/aws/wipers/${name}.test.ts`];

const CREDENTIALS = ['test/aws/agent-identity/own-credentials.test.ts'];
const CREDENTIAL_DECISIONS = ['test/runtime/engine/decision/credentials.test.ts'];
const FORMER = ['test/runtime/engine/former-credentials.test.ts'];
const CREDENTIAL_CUTS = ['test/runtime/aws/cuts/own-credentials.test.ts'];

export const MUTANTS: readonly Mutant[] = [
  // Credentials that IAM does not know.
  ...edits('src/aws/agent-identity/credentials/own-credential.ts', CREDENTIALS, [
    ['if (isLongLived && !stage.profile.longLivedKeysAllowed) {', 'if (false) {'],
    ['if (wipes?.includes(wipedAs) === false) {', 'if (false) {'],
    ['agentTags(naming._tagPrefix).registry, registry.registryName', "'agent:registry', registry.registryName"],
    ['credentials.declared.length >= MOST_CREDENTIALS', 'credentials.declared.length > MOST_CREDENTIALS'],
  ]),
  ...edits('src/aws/agent-identity/credentials/agent-api-key.ts', CREDENTIALS, [
    ['key.node.addDependency(lifecycle);', ''],
    ['`Key${own.suffix}`', "'Key'"],
    ['/apikeys/${this.keyId}`', '/apikeys/*`'],
  ]),
  ...edits('src/aws/agent-identity/credentials/agent-machine-client.ts', CREDENTIALS, [
    ['`Client-${stage.name}${own.suffix}`', '`Client${own.suffix}`'],
    ['minutes > longest', 'false'],
    [' || OF_PEOPLE.includes(name)', ''],
    ['credentials.addSecret(this.secretName);', ''],
  ]),
  ...edits('src/aws/agent-identity/credentials/agent-roles-anywhere-profile.ts', CREDENTIALS, [
    ['seconds > longest', 'false'],
    ['profile.node.addDependency(role);', ''],
  ]),
  ...edits('src/contract/own-credentials.ts', CREDENTIALS, [
    ['OWN_CREDENTIALS[kind].isOfStage ? `${stageName}_` : \'\'', "''"],
  ]),
  ...edits('runtime/engine/decision/credentials.ts', CREDENTIAL_DECISIONS, [
    ['living === undefined ? [] : declaredCredentials(living)', '[]'],
    ['isLiving(state) ? state : undefined', 'state'],
    ['former.length > MOST_FORMER_CREDENTIALS', 'false'],
    ['wipes?.has(wipedAs) === false', 'false'],
    ['state?.suspension !== undefined', 'false'],
    ['ownOfKind([one], one.kind, registry, agentName).length === 0', 'false'],
  ]),
  ...edits('runtime/engine/steps/former-credentials.ts', ['test/runtime/engine/own-credentials.test.ts'], [
    ['const added = found.filter(({ id }) => !switchedOff.some((known) => known.id === id));', 'const added: SwitchedOff[] = [];'],
    ["(pending !== undefined && plan.transition !== 'undo-move')", 'pending !== undefined'],
    ['.filter(({ isCut }) => !isCut)', ''],
    ['{ switchedOff: null }', '{}'],
    ['without(formerCredentials(state), declaredCredentials(state))', '[] as ReturnType<typeof formerCredentials>'],
    ['without(formerCredentials(state), declaredCredentials(state))', 'formerCredentials(state)'],
    [' || state.switchedOff?.some((one) => one.id === id) === true', ''],
  ]),
  ...edits('runtime/engine/steps/cut.ts', FORMER, [[' || CREDENTIAL_CUTS.includes(name)', '']]),
  ...edits('runtime/engine/steps/batches.ts', FORMER, [
    ['ofAgent ? !agent : !principals', '!ofAgent'],
    ["others.length > 0 ? [{ name: 'credentials', wipers: namesOf(others) }] : []", ''],
  ]),
  ...edits('runtime/engine/steps/deleted-credentials.ts', FORMER, [
    ['ended.filter(({ kind }) => engine.wipes.has(OWN_CREDENTIALS[kind].wipedAs))', 'ended'],
    ['held.has(part)', 'false'],
    ['!spared.some(({ id }) => id.endsWith(`/${name}`))', 'true'],
    [" && !Object.values(principals).some(({ status }) => status === 'retiring')", ''],
    ['isOver ? { trouble: null } : {}', '{}'],
    ['deleted.length === 0 ? []', 'false ? []'],
  ]),
  ...edits('runtime/engine/agenda/entries/former-credentials.ts', FORMER, [
    [' || pending !== undefined', ''],
    [" && !status.includes('ROLLBACK')", ''],
    ['isAtRest(status) && ', ''],
    ['+ HOUR_MS', ''],
  ]),
  ...edits('runtime/engine/agenda/entries/suspended-credentials.ts', FORMER, [
    ['credentialsOn?.length === 0', 'true'],
    ['credentialsOn?.length === 0', 'false'],
    ['credentialsOn?.length === 0', '(credentialsOn ?? []).length === 0'],
  ]),
  ...edits('runtime/engine/agenda/entries/old-credentials.ts', ['test/runtime/engine/old-credentials.test.ts'], [
    [' && state.suspension === undefined', ''],
    ['toldAt === undefined ?', 'true ?'],
    ['Math.max(oldFrom(state, record), Date.parse(toldAt) + AGAIN_AFTER_MS)', 'Date.parse(toldAt) + AGAIN_AFTER_MS'],
    ['old.includes(one) ? { ...one, toldAt } : one', 'one'],
  ]),
  ...edits('runtime/suspension/agent-of.ts', ['test/runtime/suspension/respond.test.ts'], [
    ['credentialsOf(state).some((one) => one.kind === kind && one.name === name)', 'true'],
    ['one.kind === kind && ', ''],
    ['registry === context.registry ?', 'true ?'],
  ]),
  ...edits('runtime/suspension/respond.ts', ['test/runtime/suspension/respond.test.ts'], [
    ['name === undefined || account !== context.account', 'name === undefined'],
    ['responseElements?.profile?.name ?? responseElements?.name ?? ', ''],
  ]),
  ...edits('runtime/engine/decision/plans.ts', CREDENTIAL_DECISIONS, [
    ['credentials(onlyIn(state.declared, declared))', 'credentials(state.declared.credentials ?? [])'],
    ['credentials(settles ? without(credentialsOf(state), state.declared.credentials ?? []) : [])', 'credentials(state.pending?.previous.credentials ?? [])'],
  ]),
  ...edits('runtime/model/own-credentials.ts', [...CREDENTIAL_DECISIONS, ...wiper('own-credentials'), ...FORMER, 'test/runtime/engine/old-credentials.test.ts'], [
    ['...onlyIn(pending?.previous, declared)', ''],
    [' && one.name.startsWith(ownProviderPrefix(registry, agentName))', ''],
    ['...without(formerCredentials(state), declared)', ''],
    ['{ droppedAt: at, ...recordOf(one) }', '{ ...recordOf(one), droppedAt: at }'],
    ['before.find((other) => isSameCredential(one, other)) ?? ', ''],
    [' && droppedAt === undefined);', ');'],
  ]),
  ...edits('runtime/aws/wipers/api-gateway-keys.ts', wiper('own-credentials'), [
    ['    await switchApiKey(calls, id, false);\n', ''],
    ["keys.filter(({ name = '' }) => names.includes(name))", 'keys'],
  ]),
  ...edits('runtime/aws/wipers/own-profiles.ts', wiper('own-credentials'), [
    ['    await switchProfile(calls, profileId, false);\n', ''],
    ["profiles.filter(({ name = '' }) => names.includes(name))", 'profiles'],
  ]),
  ...edits('runtime/aws/wipers/user-pool-clients.ts', wiper('own-credentials'), [
    ['own.some(({ name, userPool }) => name === ClientName && userPool === UserPoolId)', 'true'],
  ]),
  ...edits('runtime/aws/cuts/api-gateway-keys.ts', CREDENTIAL_CUTS, [
    ["keys.filter(({ name = '' }) => names.includes(name))", 'keys'],
    ['isCut: enabled === false', 'isCut: false'],
  ]),
  ...edits('runtime/aws/cuts/roles-anywhere-profiles.ts', CREDENTIAL_CUTS, [
    ["profiles.filter(({ name = '' }) => names.includes(name))", 'profiles'],
    ['isCut: enabled === false', 'isCut: false'],
  ]),
  // Changes outside of deployments.
  ...edits('runtime/engine/agenda/drift/compare.ts', DRIFT, [
    ['known[what]?.writtenAt === part.writtenAt ? known[what] : part', 'part'],
    ['known[what]?.writtenAt === part.writtenAt ? known[what] : part', 'known[what] ?? part'],
    ['.filter((name) => !profiles.includes(name))', ''],
    ['drift.lines.some((line) => !before.lines!.includes(line))', 'true'],
  ]),
  ...edits('runtime/engine/agenda/drift/schedule.ts', DRIFT, [
    [' && suspension === undefined && pending === undefined', ''],
  ]),
  ...edits('runtime/engine/agenda/instants.ts', DRIFT, [
    ['.readUInt32BE() % intervalSeconds', '.readUInt32BE() % 1'],
  ]),
  ...edits('runtime/engine/decision/narrowing.ts', NARROWING, [
    [" || phaseOf(stack.status) === 'undoing-update'", ''],
    ['had === undefined || has === undefined', 'false'],
    [' || had.denies.some((part) => !has.denies.includes(part))', ''],
    [' && Date.parse(from.expiresAt) > now.getTime()', ''],
    ['digestIn(before.access, stage) !== digestIn(after.access, stage)', 'false'],
  ]),
  ...edits('src/aws/iam/split-policy.ts', ['test/aws/iam/split-policy.test.ts'], [
    ['const { Sid: _sid, ...whole } = statement;', 'const whole = statement;'],
    ['bins.find(({ room }) => room >= sizeIn(statement))', 'bins.find(() => true)'],
  ]),
  ...edits('runtime/engine/observation/drift.ts', DRIFT, [
    ["    return { kind: 'unknown', reason: reasonOf(error) };", "    return { kind: 'missing' };"],
    ['name === QUARANTINE_POLICY || ', ''],
    ['ACCESS_POLICY, GUARD_POLICY, QUARANTINE_POLICY, REDUCTION_POLICY, denyAllArn(engine.partition), ', ''],
  ]),
  ...edits('runtime/engine/agenda/entries/drift.ts', DRIFT, [
    ['record?.found === undefined || record.found.digest !== before.digest', 'record?.found === undefined'],
    [' || removeDrift !== true', ''],
  ]),
  ...edits('runtime/engine/steps/clean.ts', DRIFT, [
    ['linesOf(wanted).filter((line) => !remains.includes(line))', 'linesOf(wanted)'],
  ]),
  ...edits('runtime/sweep/orphans.ts', DRIFT, [
    ['const isDue = before.toldAt === undefined && ', 'const isDue = '],
    ['Date.parse(createdAt) <= now.getTime() - HOUR_MS', 'true'],
    ['row.roleIds.includes(roleId)', 'true'],
  ]),
  // Who may assume an agent's role.
  ...edits('src/aws/agent-runtime/kinds/service-trust.ts', RUNTIMES, [
    ["StringEquals: { 'aws:SourceAccount': account }, ", ''],
    ["found.length > 0 ? found : [sources[0].arn('*')]", "[sources[0].arn('*')]"],
    ['${context.region}:${context.account}:${resource}`;\n', '*:${context.account}:${resource}`;\n'],
  ]),
  ...edits('src/aws/agent-runtime/kinds/resource-names.ts', RUNTIMES, [
    [" && !value.includes('{{resolve:')", ''],
    [' ?? whenAbsent', ''],
  ]),
  ...edits('src/aws/agent-runtime/kinds/web-identity.ts', RUNTIMES, [
    ['[`${host}:aud`]: requireText', '[`${host}:amr`]: requireText'],
    ['...Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${host}:${claim}`, value])),', ''],
  ]),
  ...edits('src/aws/agent-runtime/kinds/eks-pod-identity.ts', RUNTIMES, [
    ["'aws:RequestTag/kubernetes-namespace': namespace,", ''],
    ["'aws:RequestTag/kubernetes-service-account': serviceAccount,", ''],
    [", allow('RuntimeTags', 'sts:TagSession')", ''],
  ]),
  ...edits('src/aws/agent-runtime/kinds/git-hub-actions.ts', RUNTIMES, [
    ['claims: { repository_id: repositoryId },', ''],
    [', `repo:${owner}@${ownerId}/${name}@${repositoryId}:${job}`', ''],
    ['if (!deploysCdkApps) {', 'if (false) {'],
  ]),
  ...edits('src/aws/agent-runtime/kinds/bedrock-agent-core.ts', RUNTIMES, [
    ["return name.endsWith('*') ? name : `${name}-*`;", "return name.endsWith('*') ? name : `${name}*`;"],
    [".filter((name) => name !== '*').map(ofWorkload)", '.map(ofWorkload)'],
    ['access: statements(context, { runtimes: names,', "access: statements(context, { runtimes: () => ['*'],"],
    ['name.toLowerCase()', 'name'],
  ]),
  ...edits('src/aws/agent-runtime/kinds/roles-anywhere.ts', RUNTIMES, [
    ["ArnEquals: { 'aws:SourceArn': trustAnchorArn },", ''],
    [", allow('RuntimeSourceIdentity', 'sts:SetSourceIdentity')", ''],
  ]),
  ...edits('src/aws/agent-runtime/custom-runtime.ts', ['test/aws/agent-runtime/agent-runtime.test.ts'], [
    ['const each = trust.flatMap(apart);', 'const each = trust;'],
    ["key.toLowerCase() !== 'sts:externalid'", 'true'],
  ]),
  ...edits('src/aws/model-access/inference-profiles.ts', MODELS, [
    ['foundation-model/${modelId}`), profileArn)]', 'foundation-model/${modelId}`))]'],
    ["geography === 'global' ? [Aws.REGION, '']", "geography === 'global' ? [Aws.REGION]"],
  ]),
  // Sponsors.
  ...edits('runtime/engine/decision/sponsors.ts', SPONSORS, [
    ["if (phaseOf(stack.status) === 'undoing-update') {", 'if (false) {'],
    ['.slice(0, minimumSponsors)', ''],
    [" || state.status !== 'active'", ''],
    [' || state.principals[principal.roleId] === undefined', ''],
  ]),
  ...edits('runtime/engine/decision/join.ts', SPONSORS, [
    ['checkSponsors(state, request, context)\n      ?? withApproval(state, request, context, () => planJoin', 'undefined\n      ?? withApproval(state, request, context, () => planJoin'],
  ]),
  ...edits('runtime/engine/decision/change.ts', SPONSORS, [
    [' ?? checkSponsors(state, request, context)\n    ?? withApproval', '\n    ?? withApproval'],
    [' ?? checkSponsors(state, request, context) ?? planUpdate', ' ?? planUpdate'],
  ]),
  ...edits('runtime/model/sponsor-of.ts', SPONSORS, [
    ['succession !== undefined && succession.lapsed !== mailboxOf(declared.sponsor.accountableEmail)', 'succession !== undefined'],
    ['...(ends ? { succession: null } : {})', ''],
    ['return email.toLowerCase();', 'return email;'],
  ]),
  ...edits('runtime/model/directory.ts', SPONSORS, [
    ["status: NO_ANSWER, evidence: 'the directory was not asked'", "status: 'active', evidence: ''"],
  ]),
  ...edits('runtime/engine/agenda/entries/sponsor.ts', SPONSORS, [
    ["sponsorCheckSeconds === undefined || status !== 'active'", 'sponsorCheckSeconds === undefined'],
    ["sponsor.status === 'active'", 'false'],
    ["sponsor.status === NO_ANSWER ? 'wait' : successorOf", 'successorOf'],
    [' || lapse.toldAt !== undefined', ''],
    ['&& before?.backupLapsedSince === undefined', ''],
    ["reason: 'sponsor-lapsed',\n  removes: true", "reason: 'sponsor-lapsed',\n  removes: false"],
  ]),
  ...edits('runtime/engine/agenda/sponsors/successor.ts', SPONSORS, [
    ["if (status === 'active') {", 'if (true) {'],
    ['defaultOwner === undefined || isKnownLapsed', 'defaultOwner === undefined'],
  ]),
  ...edits('runtime/engine/observation/directory.ts', SPONSORS, [
    ['Date.parse(at) > since && ', ''],
    ["status === 'active' && isWithin", 'isWithin'],
    ['if (spares && failure !== undefined', 'if (failure !== undefined'],
    ['if (silent.length === open.length) {', 'if (silent.length > 0) {'],
    ['engine.count(METRICS.sponsorDirectoryFailed);', ''],
  ]),
  ...edits('runtime/ledger/placement-ledger.ts', ['test/runtime/ledger/placement-ledger.test.ts'], [
    ['isNoteOfAgenda(change) ? known.changedAt ?? now : now', 'now'],
    ["['agenda', 'trouble']", "['agenda']"],
    ["change.agenda === undefined ? ['agenda'] : ", ''],
  ]),
  ...edits('runtime/sponsors/fetch-json.ts', SPONSORS, [
    ["redirect: 'manual'", "redirect: 'follow'"],
    ['if (size > mostBytes) {', 'if (false) {'],
  ]),
  ...edits('runtime/sponsors/kinds/scim.ts', SPONSORS, [
    ['encodeURIComponent(`${attribute} eq ${JSON.stringify(email)}`)', 'encodeURIComponent(`${attribute} eq "${email}"`)'],
    ['encodeURIComponent(`${attribute} eq ${JSON.stringify(email)}`)', '`${attribute} eq ${JSON.stringify(email)}`'],
    ['const theirs = all.filter((one) => isOf(one, email));', 'const theirs = all;'],
    ['if (!BEARER.test(bearer)) {', 'if (false) {'],
    ["url.protocol !== 'https:' && ", 'false && '],
    ['if (totalResults > all.length) {', 'if (false) {'],
    ['return refused.length === 0', 'return true'],
  ]),
  ...edits('runtime/sponsors/kinds/identity-center.ts', SPONSORS, [
    ["found.Reason !== undefined || found.ResourceType === 'IDENTITY_STORE'", 'false'],
  ]),
  ...edits('runtime/sponsors/directory.ts', SPONSORS, [
    ["replaceUnseen(evidence, () => ' ')", 'evidence'],
  ]),
  ...edits('src/aws/lifecycle-registry/sponsor-directory.ts', ['test/aws/lifecycle-registry/sponsor-directory.test.ts'], [
    ["url?.protocol !== 'https:' || ", 'url === undefined || '],
    ['upkeep: [secretArn],', 'upkeep: [],'],
    ['upkeep: [functionArn],', 'upkeep: [],'],
  ]),
  // The agenda.
  ...edits('runtime/engine/agenda/entries/expiry-warning.ts', AGENDA, [
    ['const all = [...warningSeconds, 0];', 'const all = [...warningSeconds];'],
    ['seconds < warned.secondsBefore', 'seconds <= warned.secondsBefore'],
    ["state.status === 'active' ? untold", 'true ? untold'],
  ]),
  ...edits('runtime/engine/agenda/entries/end.ts', AGENDA, [
    [' || warned.secondsBefore > 0', ''],
    ['renewal?.stage === stage ? renewal.deployBy : undefined', 'undefined'],
  ]),
  // Leaves without a deployment, and what is done again.
  ...edits('runtime/engine/decision/offboard.ts', OFFBOARD, [
    ["if (state.status === 'left') {", 'if (false) {'],
    ["if (typeof reason !== 'string') {", 'if (false) {'],
    ['if (principal !== state.present) {', 'if (false) {'],
    ['state.offboarding ?? asked', 'asked'],
    ['byEveryMeans: true', 'byEveryMeans: false'],
    ['context.leaversExceeded === undefined\n    ? planTornDown', 'true\n    ? planTornDown'],
    [' && suspension.drill !== true', ''],
    [' && suspension.missedReview === undefined', ''],
    ['noted: events }', 'noted: [] }'],
  ]),
  ...edits('runtime/engine/decision/retry.ts', OFFBOARD, [
    ["offboarding !== undefined && status === 'leaving'", 'false'],
    ["plan.transition === 'expire' ? plan", 'true ? plan'],
    ["status.endsWith('_IN_PROGRESS')", 'false'],
    ['return { ...plan, note: begun };', 'return { ...plan, note: note! };'],
    ["['leave', 'hold'].includes(decision.transition)", 'false'],
    ["status === 'active' && (isPartial", '(isPartial'],
  ]),
  ...edits('runtime/engine/agenda/entries/offboard.ts', OFFBOARD, [
    ["offboarding === undefined || status !== 'leaving'", 'offboarding === undefined'],
    ['context.leaversExceeded === undefined ?', 'true ?'],
  ]),
  ...edits('runtime/engine/agenda/teardown.ts', OFFBOARD, [
    ['deletes: isQuiet ? deletes : []', 'deletes'],
    ['!isAdopted(principal) && !(isQuiet', '!(isQuiet'],
    ['kept.filter((principal) => !isInStack(principal))', '[] as PrincipalRecord[]'],
    ['keepsDenied: kept.map(({ roleId }) => roleId)', 'keepsDenied: []'],
  ]),
  ...edits('runtime/engine/decision/plans.ts', OFFBOARD, [
    ['byEveryMeans: true, retire: kept', 'retire: kept'],
    ["transition: 'release', change: {}, retire: [roleId]", "transition: 'release', change: {}, retire: []"],
    ['      offboarding: null,\n', ''],
  ]),
  ...edits('runtime/engine/decision/rules.ts', OFFBOARD, [
    ['undefined : offboarded(state) ?? refuse(', 'undefined : refuse('],
    ['undefined : offboarded(state) ?? (state.expired', 'undefined : (state.expired'],
  ]),
  ...edits('runtime/engine/steps/settle.ts', OFFBOARD, [
    ["plan.transition === 'expire' ? state.offboarding?.by", 'false ? state.offboarding?.by'],
  ]),
  ...edits('runtime/engine/agenda/teardown.ts', AGENDA, [
    ['if (busy !== undefined) {', 'if (false) {'],
    ['context.leaversExceeded === undefined ? planTornDown', 'true ? planTornDown'],
    ["!(status === 'leaving' && ending === subject)", 'true'],
  ]),
  ...edits('runtime/engine/agenda/entries/forgotten.ts', AGENDA, [
    ['const AFTER_MS = 86_400_000;', 'const AFTER_MS = 0;'],
    ['agenda?.ending === undefined && ', ''],
  ]),
  ...edits('runtime/engine/agenda/entries/unused.ts', AGENDA, [
    ["if (verdict === 'unknown' || usage.createdAt === undefined) {", 'if (usage.createdAt === undefined) {'],
    ["status === 'active' && suspension === undefined", "status === 'active'"],
    ['oldEnoughAt > now.getTime()', 'false'],
  ]),
  ...edits('runtime/engine/decision/attend.ts', AGENDA, [
    ['request.intent.mayRemove || !entry.removes', 'true'],
  ]),
  ...edits('runtime/sweep/plan.ts', SWEEP, [
    ['if (others.length > allowed) {', 'if (false) {'],
    ['!approved.lines.has(line)', 'true'],
  ]),
  ...edits('runtime/notifications/send-digests.ts', NOTIFICATIONS, [
    ['before?.sentAt !== undefined', 'false'],
    ['wanted.length === 0 || ', ''],
    ['|| isClaimed', ''],
    ['!told.has(eventId)', 'true'],
    ['if (!await ledger.claim(digest, before, now())) {', 'await ledger.claim(digest, before, now()); if (false) {'],
    ['notifier.count(METRICS.notificationFailed);', ''],
  ]),
  ...edits('runtime/notifications/collect.ts', NOTIFICATIONS, [
    ['event?.id !== id || ', 'event === undefined || '],
    ['event.type !== type', 'false'],
    ['id === registryEventId(registry, subject, SWEEP_HELD_TYPE, occurrenceOf({ digest, at: time }))', 'true'],
    ['id === registryEventId(registry, subject, ORPHAN_ROLE_TYPE, roleId)', 'true'],
  ]),
  ...edits('runtime/notifications/texts.ts', ['test/runtime/notifications/hostile.test.ts'], [
    [".replace(/</g, '&lt;')", ''],
    [".replace(SCHEME, '[:]//')", ''],
    [".replace(HOST, '[.]')", ''],
    ["replaceUnseen(text, () => ' ')", 'text'],
  ]),
  ...edits('src/aws/lifecycle-registry/features/notifications.ts', ['test/aws/lifecycle-registry/notifications.test.ts'], [
    ["Condition: { StringEquals: { 'ses:FromAddress': channel.from } },", ''],
    ['account: [place.account],', ''],
  ]),
  ...edits('runtime/sweep/held.ts', SWEEP, [
    ['before?.digest === digest ? before : { digest', '{ digest'],
    ['if (await sweeps.isTold(approval)) {', 'if (false as boolean) {'],
    ['  await sweeps.setHeld({ ...held, toldAt: at });\n', ''],
  ]),
  ...edits('runtime/sweep/tell.ts', SWEEP, [['  await keep(registryEventKey(account, eventId), canonicalJson(detail));\n', '']]),
  ...edits('runtime/sweep/page.ts', SWEEP, [
    ['line !== undefined && permitted.has(line)', 'line !== undefined'],
  ]),
  ...edits('runtime/ledger/sweep-ledger.ts', SWEEP, [
    ['digestOf(lines) === digest ? lines : []', 'lines'],
    ['item.ttl * 1000 > now.getTime()', 'true'],
  ]),

  // The response to CloudFormation.
  ...edits('runtime/aws/cloudformation/response.ts', RESPONSE, [
    ['const MAX_BYTES = 4096;', 'const MAX_BYTES = 4097;'],
    ['Buffer.byteLength(whole) <= MAX_BYTES', 'whole.length <= MAX_BYTES'],
    ['Reason: reason + note', 'Reason: reason'],
    ['status === 403 || status === 404', 'status === 404'],
    ['(\\.cn)?$/.test', '(\\.cn)?/.test'],
    ['status >= 200 && status < 300', 'status >= 200'],
  ]),
  ...edits('runtime/engine/responders/cloudformation.ts', [...ENGINE, 'test/runtime/engine/responders/cloudformation.test.ts'], [
    ['!mayHaveChanged(code) ? refusedId(requestId)', 'mayHaveChanged(code) ? refusedId(requestId)'],
    ['given ?? (intent.kind', '(intent.kind'],
  ]),
  // CloudFormation's confirmation of requests.
  ...edits('runtime/aws/cloudformation/confirm.ts', CONFIRM, [
    ["if (!stack.status.endsWith('_IN_PROGRESS')) {", 'if (false) {'],
    ['(sameId || intent.kind !== \'change\')', 'true'],
    ["intent.kind === 'withdraw' && !sameId && DELETES_OTHER_IDS", "intent.kind === 'withdraw' && DELETES_OTHER_IDS"],
    ['!sameId && DELETES_OTHER_IDS.test(stack.status)', '!sameId'],
    [' || role.physicalId !== roleInStack(principal)', ''],
    ["if (origin.logicalResourceId !== logicalIds(placement.agentName, '').lifecycle) {", 'if (false) {'],
    ['if (resource?.type !== LIFECYCLE_RESOURCE_TYPE) {', 'if (resource === undefined) {'],
    ['if (!(await inspectPrincipal(aws, principal)).present) {', 'if (false) {'],
  ]),
  // Order of deployment: README's `cdk deploy --all`.
  ...edits('src/aws/agent-identity/agent-settings.ts', AGENT, [
    ['  claimPlacement(scope, registry.registryName, agentName, stage.name);\n', ''],
    ['  requireSamePlace(scope, registry);\n', ''],
  ]),
  ...edits('src/aws/agent-identity/managed-agent-identity.ts', AGENT, [
    ['    role.node.addDependency(this.registry);\n', ''],
    ['lifecycle.applyRemovalPolicy(RemovalPolicy.DESTROY);', 'lifecycle.applyRemovalPolicy(RemovalPolicy.RETAIN);'],
    ['if (names.includes(this.stage.name)) {', 'if (true) {'],
  ]),
  ...edits('src/aws/agent-identity/agent-role.ts', ['test/aws/agent-identity/deployment-within-reach.test.ts'], [
    ['statement.actions.some(changesStack)', 'false'],
  ]),
  ...edits('src/aws/access-rules/deployment-reach.ts', ['test/aws/agent-identity/deployment-within-reach.test.ts'], [
    ['service(text) === service(pattern)', 'false'],
  ]),
  ...edits('runtime/google/preflight/preflight.ts', ['test/runtime/google/preflight/preflight.test.ts'], [
    ['missingOn(api, records.bucket, ON_BUCKET)', 'missingOn(api, records.bucket, [])'],
    ['missingOn(api, records.topic, ON_TOPIC)', 'missingOn(api, records.topic, [])'],
  ]),
  ...edits('src/aws/agent-identity/agent-role.ts', AGENT, [
    ['    access.node.addDependency(lifecycle);\n', ''],
    ['    access.addStatements(denyAfterExpiry(this.settings.expiry));\n', ''],
  ]),
  // Grants of stages that the agent is not in.
  ...edits('src/aws/agent-identity/strip-dormant.ts', ['test/aws/agent-identity/dormant.test.ts', 'test/aws/agent-identity/exports-of-grants.test.ts'], [
    ['if (isDormantMark(Stack.of(node).resolve(properties))) {', 'if (false) {'],
    ["['AWS::Lambda::Permission', 'AWS::Events::EventBusPolicy']", "['AWS::Lambda::Permission']"],
    ["['AWS::Lambda::Permission', 'AWS::Events::EventBusPolicy']", "['AWS::Events::EventBusPolicy']"],
    ['      stripPlain(properties),\n', ''],
    ['      stripPlain(properties),\n', '      stripPlain(properties) && false,\n'],
    ['others.length === 0 ? [] : [statement.copy({ principals: others })]', '[]'],
    ['leftEmpty.includes(true) && /Policy$/', 'false && /Policy$/'],
  ]),
  // Steps.
  ...edits('runtime/engine/steps/index.ts', ENGINE, [
    ['Quarantine: quarantine,', 'Quarantine: restore,'],
    ['Restore: restore,', 'Restore: quarantine,'],
    ['Wipe: wipe,', 'Wipe: terminate,'],
    ['Terminate: terminate,', 'Terminate: restore,'],
    ['Refuse: refuseRequest,', 'Refuse: fail,'],
    ['? fail(engine,', '? refuseRequest(engine,'],
  ]),
  ...edits('runtime/engine/decision/asked-by.ts', REVIEW, [
    ['origin.arn.split(\'/\').at(-1) === session.sessionName', 'true'],
  ]),
  ...edits('runtime/engine/decision/promotion.ts', APPROVAL, [
    ['requiresApproval !== true ? 0', 'requiresApproval !== true ? 1'],
    ['twoReviewers === true ? 2 : 1', '1'],
    [" || (state?.status === 'active' && state.declared.stage === declared.stage)", ''],
    ['approval?.digest === digest && approval.declined === undefined', 'approval !== undefined && approval.declined === undefined'],
    ['valid.length >= persons', 'valid.length >= 1'],
    ['note: { ...note, approval: null }', 'note: { ...note }'],
    ['if (reviews === undefined) {', 'if (false) {'],
    ['if (declined !== undefined) {', 'if (false) {'],
    ['{ ...wanted, approvals: [] }', 'wanted'],
  ]),
  ...edits('runtime/engine/decision/promotion-record.ts', APPROVAL, [
    ['Date.parse(until) > now.getTime() && ', ''],
    ['!asked.requesters.includes(by)\n    && ', ''],
    ['persons > 1 || requesters.includes(mailboxOf(sponsor))', 'persons > 1'],
  ]),
  ...edits('runtime/engine/decision/approve.ts', APPROVAL, [
    ["reviewer.proven.proof === 'mail-link'", 'false'],
    ['intent.digest !== asked.digest', 'false'],
    ['asked.requesters.includes(email)', 'false'],
    ['asked.approvals.filter(({ by }) => by !== reviewer.email)', 'asked.approvals'],
  ]),
  ...edits('runtime/engine/decision/request-approval.ts', APPROVAL, [
    ['[...before?.requesters ?? [], mailboxOf(session.sessionName)]', '[mailboxOf(session.sessionName)]'],
    ["typeof stage === 'string' && Object.hasOwn(approvals, stage) ? approvals[stage] : 0", 'approvals[stage] ?? 0'],
  ]),
  ...edits('runtime/certification/approval-digest.ts', APPROVAL, [
    ['purpose, sponsor, expiresAt, untilCertified, granted', 'purpose, expiresAt, untilCertified, granted'],
    ['access.stages.filter(isGranted)', 'access.stages'],
  ]),
  ...edits('runtime/model/sponsor-of.ts', APPROVAL, [
    ["return state?.status === 'active' ? state :", 'return'],
  ]),
  ...edits('runtime/engine/decision/review.ts', REVIEW, [
    ['const isSeen = intent.shown === open.shown.sha256\n    && ', 'const isSeen = '],
    ['shownAt >= Date.parse(open.shown.at) - CLOCKS_DIFFER_MS && ', ''],
    ["intent.verdict !== 'keep' || open.shown.declaration === declarationOf(state)", 'true'],
    ['!hasFindings && review?.certified?.[service] === digest', '!hasFindings'],
    ["if (relation === 'offered') {", "if (relation === 'offered' && false) {"],
    [', open: { ...open, leaving: decision.details! } };', ' };'],
  ]),
  ...edits('runtime/engine/decision/review-record.ts', REVIEW, [
    ['if (!mayClose || remain.length > 0) {', 'if (!mayClose) {'],
    ['return second === undefined ? certified(', 'return true ? certified('],
    ['open.missedAt === undefined && earliest > ', 'earliest > '],
    ['.filter((service) => !reduced.includes(service))', ''],
    ['state.suspension?.missedReview === undefined', 'state.suspension === undefined'],
  ]),
  ...edits('runtime/engine/decision/review-reduction.ts', REVIEW, [
    ['one.by === person.by || voiceOf(one) === voiceOf(person)', 'false'],
    ['one.by === person.by || voiceOf(one) === voiceOf(person)', 'one.by === person.by'],
    ['note: { ...plan.note, reduction: { denied, effects } }', 'change: { ...plan.change, reduction: { denied, effects } }'],
  ]),
  ...edits('runtime/engine/decision/reduction.ts', REVIEW, [
    ['!GRANTING.includes(decision.transition)', "decision.transition !== 'update'"],
  ]),
  ...edits('runtime/certification/items.ts', COLUMNS, [
    ['agents >= FEWEST_PEERS', 'agents > FEWEST_PEERS'],
    ['share.having * 100 < share.of * peerSharePercent', 'share.having * 100 <= share.of * peerSharePercent'],
    [' && isKnownService(service) ?', ' ?'],
  ]),
  ...edits('runtime/certification/resource-grants.ts', COLUMNS, [
    ['name === roleArn || name === roleId', 'name === roleArn'],
    ["namesIn(notPrincipal).some(isOurs) ? undefined : 'everybody'", "'everybody'"],
    ["names.includes('*') ? 'everybody' : undefined", 'undefined'],
    ['!values.some((pattern) => globCovers(pattern, roleArn))', '!values.includes(roleArn)'],
    ['OF_SERVICES.includes(key)\n    ||', ''],
    ["one === '*' ? resource : one", 'one'],
  ]),
  ...edits('runtime/certification/code-change.ts', COLUMNS, [
    ['stage === present ? 0 :', ''],
    ['denied.some((pattern) => isIn(action, pattern))', 'false'],
    ['effect === undefined)\n', 'true)\n'],
    ['remove.length > 0 && keep.length + narrow.length === 0', 'remove.length > 0'],
  ]),
  ...edits('runtime/aws/granted/attached-policies.ts', COLUMNS, [
    ['if (known !== undefined)', 'if (false)'],
    ['`${id} ${VersionId}`', 'id'],
  ]),
  ...edits('runtime/aws/granted/resource-policies.ts', COLUMNS, [
    ["itsAccount !== '' && itsAccount !== account", 'false'],
    ["itsRegion !== '' && itsRegion !== region", 'false'],
    ['readable.slice(0, MOST_READ)', 'readable'],
  ]),
  ...edits('runtime/aws/usage/cost.ts', COLUMNS, [['rounded > 0', 'rounded >= 0']]),
  ...edits('runtime/engine/observation/access.ts', COLUMNS, [
    ['review?.open?.shown.cost ?? readCost', 'readCost'],
    ['withoutOne(counts, state.counted) : counts', 'counts : counts'],
    ['(unread.length === 0 ? {} : { isPartial: true })', '{}'],
  ]),
  ...edits('runtime/ledger/peer-counters.ts', PEERS, [
    ['added.length + taken.length === 0 ?', 'added.length === 0 ?'],
    ['this.adding(before.stage, shard, [], before.services, -1)', 'this.adding(before.stage, shard, [], [], -1)'],
    ['this.adding(after.stage, shard, after.services, [], 1)', 'this.adding(after.stage, shard, after.services, [], 0)'],
  ]),
  ...edits('runtime/model/peers.ts', PEERS, [
    ['.filter(isKnownService)', ''],
    ['.slice(0, MOST_COUNTED)', ''],
    ['if (!isLiving(state))', 'if (false)'],
    [' || one.stage === EVERY_STAGE', ''],
  ]),
  ...edits('runtime/engine/decision/review.ts', ['test/runtime/review-page/decide.test.ts'], [
    ["(reviewer.proven.purpose === 'offer') !== ANSWERS.includes(intent.verdict)", 'false'],
  ]),
  ...edits('runtime/review-page/links.ts', ['test/runtime/review-page/decide.test.ts'], [
    ["(purpose === 'offer' ? isOfferedTo(state, reviewer.email) : reviewer.relation !== 'offered')", 'true'],
  ]),
  ...edits('runtime/review-page/delegates.ts', ['test/runtime/review-page/delegates.test.ts'], [
    [" && relation !== 'offered'", ''],
    [" && mayDecide(relation, 'delegate')", ''],
    ['isGiver && needsSignIn(state, proof)', 'false'],
    ['until < first || until > last', 'false'],
  ]),
  ...edits('runtime/review-page/delegate-routes.tsx', ['test/runtime/review-page/delegates.test.ts'], [
    ["!isFormOf(found.session, fields?.get('form') ?? null) || ", ''],
    ['!delegates.isGiver || delegates.obstacle !== undefined', 'false'],
    ['if (!isFinal) {', 'if (false) {'],
  ]),
  ...edits('runtime/review-page/move-waiting.ts', ['test/runtime/review-page/my-moves.test.ts'], [
    [' || !isAccountable(reviewer.relation)', ''],
    ['asked.requesters.includes(reviewer.email) || ', ''],
    [' || !isWaiting(state, asked, now)\n', '\n'],
    ['.some(({ by }) => by === reviewer.email)', '.some(() => false)'],
    ['signIn !== undefined && proof', 'proof'],
  ]),
  ...edits('runtime/notifications/collect.ts', ['test/runtime/notifications/collect.test.ts'], [
    ["name === 'approval-requested' ? peopleOf(sponsor) : []", '[]'],
  ]),
  ...edits('runtime/review-page/fleet-routes.tsx', ['test/runtime/review-page/fleet.test.ts'], [
    ['session?.isOperator !== true', 'session === undefined'],
    ["from !== '' && from.startsWith(begins)", "from !== ''"],
  ]),
  ...edits('runtime/review-page/found.ts', ['test/runtime/review-page/fleet.test.ts'], [
    ['(who === undefined && session.isOperator !== true)', 'who === undefined'],
    ['details.by === who?.reviewer.email', 'who === undefined || details.by === who.reviewer.email'],
  ]),
  ...edits('runtime/review-page/in-parts.ts', ['test/runtime/review-page/page-size.test.tsx'], [
    ['used + size > bytes', 'false'],
  ]),
  ...edits('runtime/certification/reviewer.ts', REVIEW, [
    ['return offer?.to === email && offer.acceptedAt === undefined;', 'return offer?.to === email;'],
    ['state.principals[roleId] === undefined ? personAs', 'true ? personAs'],
    ['offer.acceptedAt !== undefined ? ', 'true ? '],
    ['(LIMITED[relation] ?? VERDICTS)', 'VERDICTS'],
  ]),
  ...edits('runtime/certification/progress.ts', REVIEW, [
    ['items[service] === digest', 'items[service] !== undefined'],
    ['? 2 : 1', '? 1 : 1'],
    ['return namedBy ?? by;', 'return by;'],
    [' && (second?.to === undefined || keepers.has(second.to))', ''],
    ['isBlind(state) ? decisions.filter(({ by }) => by === email) : decisions', 'decisions'],
  ]),
  ...edits('runtime/certification/second-review.ts', REVIEW, [
    ['!keepsSomething(open) || ', ''],
    ['digest.readUIntBE(0, DRAWN_BYTES) / 2 ** (8 * DRAWN_BYTES) < share', 'share > 0'],
    ['to === undefined || hasDecided ? {} : { to }', 'to === undefined ? {} : { to }'],
  ]),
  ...edits('runtime/certification/pace.ts', REVIEW, [
    ['(Date.parse(decision.at) - previous) / 1000', 'Infinity'],
    ['if (known?.request === decision.request) {', 'if (false) {'],
    ['reviews.length >= settings.reviews && ', ''],
    ['keepRate >= settings.keepRate', 'keepRate > 0'],
    ['suspicion === undefined || Date.parse(one.at) > Date.parse(suspicion.at)', 'true'],
  ]),
  ...edits('runtime/model/delegation.ts', REVIEW, [
    ['Date.parse(until) > now.getTime()', 'true'],
    ['givers.includes(by) && ', ''],
  ]),
  ...edits('runtime/engine/decision/review-delegation.ts', REVIEW, [
    ['before.by !== by', 'false'],
    ['end <= now.getTime() + LONGEST_DAYS * DAY_MS', 'true'],
  ]),
  ...edits('runtime/operator/status.ts', ['test/runtime/operator/status.test.ts'], [
    ['review?.missed === true', 'review !== undefined'],
    ["agent.status === 'active' && ", ''],
    ['isHeld && due?.removal', 'due?.removal'],
    ['isHeld && removal !== undefined', 'removal !== undefined'],
    ['due.reason === removal.reason && ', ''],
    ['{ at: besidesAt, reason: undefined }', '{ at: undefined, reason: undefined }'],
    ['Date.parse(at) <= until', 'Date.parse(at) < until'],
    ['new Date(detail).toISOString() : \'\'', "detail : ''"],
    ['!DEPARTED.includes(status)', 'true'],
  ]),
  ...edits('cli/watch.ts', ['test/cli/commands/status.test.ts'], [
    ['[screen, reasonOf(error)] as const', '[screen, undefined] as const'],
  ]),
  ...edits('runtime/operator/doctor/examine.ts', ['test/runtime/operator/doctor/examine.test.ts'], [
    ["severity: 'unknown', seen: `not checked", "severity: 'ok', seen: `not checked"],
    ["['error', 'unknown', 'warning']", "['error', 'warning', 'unknown']"],
    ['(stack ??= registryStack(connection))', 'registryStack(connection)'],
  ]),
  ...edits('runtime/operator/doctor/subscriptions.ts', ['test/runtime/operator/doctor/examine.test.ts'], [
    ["textOf(one, 'SubscriptionArn')?.startsWith('arn:')", 'true'],
  ]),
  ...edits('runtime/operator/doctor/checks/trail.ts', ['test/runtime/operator/doctor/examine.test.ts'], [
    ['isOn === true && ', ''],
    ["type !== 'ReadOnly'", 'true'],
    [" && !selects(fields, 'readOnly', 'true')", ''],
    ['found.IsMultiRegionTrail === true || found.HomeRegion === one', 'true'],
  ]),
  ...edits('runtime/aws/plain-calls/plain-calls.ts', ['test/runtime/aws/plain-calls/plain-calls.test.ts'], [
    ['.at(-1)?.[1]', '.at(0)?.[1]'],
  ]),
  ...edits('runtime/aws/plain-calls/signature.ts', ['test/runtime/aws/plain-calls/plain-calls.test.ts'], [
    ["path.split('/').map(encodedName).join('/')", 'path'],
  ]),
  ...edits('runtime/operator/campaign/acknowledge.ts', CAMPAIGN, [
    ['if (own.length > 0) {', 'if (false) {'],
  ]),
  ...edits('runtime/operator/campaign/acknowledgement.ts', CAMPAIGN, [
    [' || !isSignedBy(publicKey, envelope.payload, envelope.signature, \'acknowledgement\')', ''],
    ['hashOfText(acknowledged) !== acknowledgement.package.sha256', 'false'],
  ]),
  ...edits('runtime/engine/agenda/entries/review-missed.ts', REVIEW, [
    ['if (open !== undefined && (end === undefined', 'if (false && (end === undefined'],
    ['if (agenda?.ending === subjectOf(open)) {', 'if (false) {'],
    ['suspension?.missedReview === undefined || open.missedAt === undefined', 'open.missedAt === undefined'],
  ]),
  ...edits('runtime/engine/agenda/entries/review-missed.ts', CERTIFIED_END, [
    ['return end === undefined ? undefined :', 'return end === undefined || open === undefined ? undefined :'],
  ]),
  ...edits('runtime/engine/agenda/entries/review.ts', CERTIFIED_END, [
    ['end === undefined ? Infinity : Date.parse(end)', 'Infinity'],
    ['state.suspension?.missedReview === undefined ? {} : { missedAt: now.toISOString() }', '{}'],
  ]),
  ...edits('runtime/engine/agenda/review-schedule.ts', CERTIFIED_END, [
    ['regular, forward, beforeCertifiedEnd(state, settings)', 'regular, forward'],
    ['Math.min(settings.deadlineSeconds * 1000, reviewIntervalMs(state.declared.profile, settings) / 2)', 'settings.deadlineSeconds * 1000'],
    [' || declared.untilCertified === true', ''],
    ['isOverdue ? {', 'true ? {'],
    ['isOverdue ? {', 'false ? {'],
  ]),
  ...edits('runtime/engine/decision/certified-period.ts', CERTIFIED_END, [
    ['before?.untilCertified === true && declared.untilCertified !== true', 'false'],
    ['&& before?.untilCertified !== true && reviews === undefined', '&& false'],
    ["return transition === 'move' && state !== undefined", 'return false && state !== undefined'],
    ['if (before?.untilCertified !== true && context.reviews !== undefined) {', 'if (context.reviews !== undefined) {'],
    ["state !== undefined && decision.transition === 'update' ? lapsed", 'false ? lapsed'],
    ['const refusal = isUndoing ? undefined : ', 'const refusal = '],
  ]),
  ...edits('runtime/model/certified-end.ts', CERTIFIED_END, [
    ['Math.min(now.getTime() + reviewIntervalMs(profile, settings), Date.parse(expiresAt))', 'now.getTime() + reviewIntervalMs(profile, settings)'],
    [' && Date.parse(certifiedUntil) < Date.parse(declared.expiresAt)', ''],
  ]),
  ...edits('runtime/model/access-keys.ts', ACCESS_KEYS, [
    ['isEnded(declared, now) || labels.length === 0', 'isEnded(declared, now)'],
    ['isEnded(declared, now) || labels.length === 0', 'labels.length === 0'],
    ['!isUsed(declared, key, now) || since + 2 * graceMs <= now.getTime()', '!isUsed(declared, key, now)'],
    ['!isUsed(declared, key, now) || since + 2 * graceMs <= now.getTime()', 'true'],
    ['if (!current.isActive && record.held === true) {', 'if (!current.isActive) {'],
    [' || labels.length === 0 || isExpired)', ' || labels.length === 0)'],
    ['|| endsAt >= Date.parse(until) ', ''],
  ]),
  ...edits('src/contract/access-keys.ts', BEDROCK_KEYS, [
    ['Math.max(1, Math.min(life, rest))', 'life'],
    ['+ 2 * graceSeconds', '+ graceSeconds'],
  ]),
  ...edits('src/aws/agent-identity/keys/bedrock-part.ts', BEDROCK_KEYS, [
    ['notActions: [...allowed, ...services.map(token)]', 'notActions: [...ALL_USES, ...services.map(token)]'],
    ['statement.copy({ actions })', 'statement'],
    ['      ...denies,\n', ''],
    [", conditions: { StringEquals: { [`${service}:BearerTokenType`]: 'LONG_TERM' } },", ','],
  ]),
  ...edits('src/aws/agent-identity/keys/access-key.ts', BEDROCK_KEYS, [
    ['[denyBearerTokens(), ...owner.grants()]', 'owner.grants()'],
  ]),
  ...edits('src/aws/lifecycle-registry/features/access-keys.ts', BEDROCK_KEYS, [
    [', NumericLessThanEquals: { [AGE]: String(LONGEST_BEDROCK_KEY_DAYS) }', ''],
    ['CREATIONS_AT_USERS.filter((action) => !made.includes(action))', '[]'],
  ]),
  ...edits('runtime/engine/steps/user-keys.ts', ACCESS_KEYS, [
    [', CredentialAgeDays: bedrockKeyDays(declared, now)', ''],
    ["      ...(status === 'Expired' ? { isExpired: true as const } : {}),\n", ''],
    ['{ endsAt: ends.getTime() }', '{}'],
  ]),
  ...edits('runtime/aws/cuts/access-keys.ts', ['test/runtime/aws/cuts/access-keys.test.ts'], [
    [', ...await credentialsOf(context, user)]', ']'],
    ["status !== 'Active'", "status === 'Inactive'"],
  ]),
  ...edits('runtime/engine/steps/access-keys.ts', ACCESS_KEYS, [
    ['!secretName.startsWith(prefix) || await', 'await'],
    [' || status !== \'active\' || suspension !== undefined)', ' || status !== \'active\')'],
    ['nextAt: instantAt(engine.now().getTime() + AFTER_FAILURE_MS)', 'nextAt: instantAt(engine.now().getTime())'],
    ['(records[userName]?.stage ?? stage) !== stage', 'false'],
    ['await deleteKeys(engine, userName, USER_KEY_KINDS)', "await deleteKeys(engine, userName, ['access-key'])"],
  ]),
  ...edits('runtime/engine/steps/settle.ts', ENGINE, [
    ['{ ...event, details: { ...event.details, ...leave.details } }', 'event'],
    ['withEffect(withCuts(event, loaded.state), loaded.state)', 'event'],
    ['{ awaitedBy: { id, sha256 } }', '{}'],
    ['isWatched(plan) ? state : undefined', 'undefined'],
  ]),
  ...edits('runtime/engine/steps/terminate.ts', ENGINE, [
    ['  await lookAgain(engine, loaded, state);\n', ''],
    ['if (remains.length > 0) {', 'if (false) {'],
    ['    state = await record(facts);\n', ''],
    ['verifiedAt: verifiedAt ?? now, absentAt', 'verifiedAt: now, absentAt'],
  ]),
  ...edits('runtime/engine/steps/watch.ts', ENGINE, [
    ['there.length > 0 && looks < WAITS.length', 'there.length > 0'],
    ['present.has(roleId) ? { orphanSince } : { absentAt }', '{ absentAt }'],
  ]),
  ...edits('runtime/engine/steps/wipe.ts', ENGINE, [
    ['  await keep(fulfilled(looked));\n', ''],
  ]),
  ...edits('runtime/engine/steps/quarantine.ts', ENGINE, [
    ['loaded.plan.wait ? Math.max(0, waitSeconds) : 0', '0'],
    ['by.length === 0 || !await isSimulatedAsDenied(engine, principal)', 'by.length === 0'],
    ['principal.originalBoundary === undefined ? found.boundary : principal.originalBoundary', 'found.boundary'],
  ]),
  // The registry's path, outside of which the engine changes no roles.
  ...edits('runtime/aws/principals/adoption/trust.ts', ADOPTIONS, [
    ['filter(({ Sid: sid }) => sid === undefined || !ours.has(sid))', 'filter(() => true)'],
    ['return isSameTrust(without, before) ? before : without;', 'return without;'],
    ['taken.has(free)', 'false'],
  ]),
  ...edits('runtime/aws/principals/adoption/guards.ts', ADOPTIONS, [
    [' && before?.attached.includes(arn) !== true', ''],
  ]),
  ...edits('runtime/engine/decision/adoption.ts', ADOPTED, [
    ['from.roleArn === replaces ? decision', 'true ? decision'],
    ['seen.adoptedBy !== agentName', 'false'],
    ['known.stage !== declared.stage', 'false'],
    ["known?.status === 'released' ? now : known?.before ?? now", 'known?.before ?? now'],
  ]),
  ...edits('runtime/engine/decision/withdraw.ts', ADOPTED, [
    ['(isUndone || declared.onRemoval === \'release\')', 'isUndone'],
    ['suspension === undefined && reduction', 'reduction'],
    [' && Date.parse(declared.expiresAt) > context.now.getTime()', ''],
  ]),
  ...edits('runtime/aws/principals/inspect.ts', PRINCIPALS, [
    ['if (!isAdopted(principal) && !principal.path.startsWith(context.registryPath)) {', 'if (false) {'],
    ['role?.RoleId !== principal.roleId || ', ''],
  ]),
  ...edits('runtime/aws/principals/in-band.ts', PRINCIPALS, [
    ['`:policy${registryPath}${guard}`', 'guard'],
    ['policyArn === denyAllArn(context.partition) || ', ''],
    ['...(ownGuard ? [GUARD_POLICY] : [])', 'GUARD_POLICY'],
  ]),
  ...edits('runtime/aws/principals/namesake.ts', PRINCIPALS, [
    ['if (!path.startsWith(context.registryPath)) {', 'if (false) {'],
  ]),
  ...edits('runtime/aws/wipers/users-of-agent.ts', wiper('iam-users'), [
    ['path.startsWith(context.registryPath) && named', 'named'],
    ["named === undefined || named === target.agentName ? 'own'", "true ? 'own'"],
    [' || name === target.agentName || name.startsWith(`${target.agentName}-`)', ''],
  ]),
  ...edits('runtime/handlers/lifecycle-step.ts', HANDLERS, [
    ['registryPath: required(ENVIRONMENT.registryPath),', 'registryPath: `/${registry}/`,'],
    ["numberAs('share', ENVIRONMENT.massLeaverShare)", "numberAs('share', ENVIRONMENT.massLeaverCount)"],
  ]),
  ...edits('runtime/handlers/lifecycle-request.ts', HANDLERS, [
    ['path: required(ENVIRONMENT.registryPath),', 'path: `/${required(ENVIRONMENT.registryName)}/`,'],
  ]),
  // Names and boundaries of an organisation.
  ...edits('runtime/handlers/environment.ts', HANDLERS, [
    ["optional(ENVIRONMENT.generatedNames) === 'true'", 'false'],
    ['optional(ENVIRONMENT.tagPrefix) ?? DEFAULT_TAG_PREFIX', 'DEFAULT_TAG_PREFIX'],
  ]),
  ...edits('src/contract/role-names.ts', NAMES, [
    ['{ path: `${path}${agentName}/` }', '{ path }'],
    ['ofPath ?? (', '('],
    ['`${namePrefix}${agentName}-${stageName}`', '`${namePrefix}${agentName}-${stageName}-role`'],
  ]),
  ...edits('src/contract/tags.ts', ['test/aws/agent-identity/agent-tags.test.ts', 'test/runtime/aws/wipers/iam-users.test.ts'], [
    ['one?.toLowerCase() === other.toLowerCase()', 'one === other'],
  ]),
  ...edits('src/aws/agent-identity/managed-agent-identity.ts', NAMES, [
    ['preparing ? undefined : asChecked(cfnRole).Properties.PermissionsBoundary', 'preparing ? undefined : cfnRole.permissionsBoundary'],
  ]),
  ...edits('src/aws/iam/customized-roles.ts', NAMES, [
    ['  if (isCustomizedRole(role)) {', '  if (false) {'],
  ]),
  ...edits('src/aws/agent-identity/permissions-boundary.ts', NAMES, [
    ['owner === undefined || Token.isUnresolved(account) || owner === account ?', 'true ?'],
    ['Array.isArray(boundary) || ', ''],
  ]),
  ...edits('src/aws/iam/customized-roles.ts', NAMES, [
    [' || !Token.isUnresolved(role.roleName)', ''],
  ]),
  ...edits('src/aws/lifecycle-registry/agent-naming.ts', NAMES, [
    ['/^aws:/i.test(tagPrefix)', '/^aws:/.test(tagPrefix)'],
    [' || PATHS_OF_AWS.test(pathRoot)', ''],
    ['generatedNames && namePrefix !== undefined', 'namePrefix !== undefined && false'],
  ]),
  ...edits('src/aws/lifecycle-registry/registry-runtime.ts', REGISTRY, [
    ['[ENVIRONMENT.registryPath]: names.path,', '[ENVIRONMENT.registryPath]: `/${names.registryName}/`,'],
  ]),
  // The limit on leavers.
  ...edits('runtime/ledger/leaver-limit.ts', LEAVER_LIMIT, [
    ['await new Fleet(table).count()', '0'],
    ['Math.floor(share * living)', 'Math.floor(share)'],
    ['Math.max(1, Math.floor', 'Math.max(0, Math.floor'],
    ['if_not_exists(living, :living)', ':living'],
    ['leavers > most', 'leavers >= most'],
    ['if (heldBack) {', 'if (false) {'],
    ['Math.min(count, share', 'Math.max(count, share'],
    ['Date.parse(lifted.until) > now.getTime()', 'true'],
  ]),
  ...edits('runtime/ledger/fleet.ts', LEAVER_LIMIT, [
    ['is ? 1 : -1', '1'],
    ['sum + Number(shard?.living ?? 0)', 'sum + (shard === undefined ? 0 : 1)'],
    ['this.table.deleting({ pk: keys.registry, sk: there }), ', ''],
  ]),
  // The limiter of IAM's calls.
  ...edits('runtime/ledger/call-rate.ts', LIMITER, [
    ['rate.next > now ? risen', 'true ? risen'],
    ['const DECREASE = 0.8', 'const DECREASE = 1'],
    ['const FAST_INCREASE = 0.05', 'const FAST_INCREASE = 0'],
    ['call.isUrgent ? Math.max(rate.next, now + YIELD_MS) : rate.next', 'rate.next'],
    ['call.reservedAt <= rate.loweredAt', 'false'],
    ['Math.min(Math.max(now, rate.next), now + LONGEST_WAIT_MS)', 'Math.max(now, rate.next)'],
    ['Math.floor(perSecond / CALLS_A_SECOND_AND_AGENT) + 1', 'Math.floor(perSecond / CALLS_A_SECOND_AND_AGENT)'],
  ]),
  ...edits('runtime/ledger/call-limiter.ts', LIMITER, [
    ['this.isBackground ? await this.permit() : this.now()', 'await this.permit()'],
    ['now - this.reportedAt >= REPORT_EVERY_MS', 'true'],
    ["{ expression: 'version = :version', values: { ':version': version } }", 'undefined'],
    ['      this.seen = undefined;\n      this.tools.failed(error);', '      throw error;'],
    ['/^(Throttl|TooManyRequests', '/^(AccessDenied|Throttl|TooManyRequests'],
  ]),
  ...edits('runtime/handlers/lifecycle-step.ts', ['test/runtime/handlers/handlers.test.ts'], [
    ["isRequestIdOf(input.requestId, 'schedule', 'attend')", 'false'],
  ]),
  // What is known of an agent's use.
  ...edits('runtime/aws/usage/access-keys.ts', USAGE, [
    ["claim === 'own'", 'true'],
    ["verdict: 'unknown', evidence", 'evidence'],
    ["Status: status }) => status === 'Active'", "Status: status }) => status !== ''"],
  ]),
  ...edits('runtime/aws/usage/own-secrets.ts', USAGE, [
    ['day.getTime() + DAY_MS - 1', 'day.getTime()'],
  ]),
  ...edits('runtime/aws/usage/live-compute.ts', USAGE, [
    ['.filter(({ isCut }) => !isCut)', ''],
    ['running.length > 0\n', 'waiting.length > 0\n'],
  ]),
  ...edits('runtime/aws/usage/unused-access.ts', USAGE, [
    ["finding.status !== 'RESOLVED'", 'true'],
    ["if (status !== 'ACTIVE') {", 'if (false) {'],
    ['now.getTime() - STALE_DAYS * DAY_MS', '0'],
    ['<= idleDays)', '<= 400)'],
  ]),
  ...edits('runtime/aws/usage/read-usage.ts', USAGE, [
    ["verdictOf({ signals }) === 'unused' ? USAGE_SOURCES : []", 'USAGE_SOURCES'],
    ["[{ source, verdict: 'unknown', evidence", "[{ source, verdict: 'unused', evidence"],
  ]),
  // Tasks and instances of a suspended agent.
  ...edits('runtime/aws/cuts/ecs.ts', MACHINES, [
    ["lastStatus !== 'STOPPED' && (overrides?.taskRoleArn === undefined || this.holdings.holds(overrides.taskRoleArn))", "lastStatus !== 'STOPPED'"],
    ['const all = [...ofStack, ...elsewhere];', 'const all = ofStack;'],
  ]),
  ...edits('runtime/aws/cuts/ecs-services.ts', MACHINES, [
    ['?.desiredCount === 0', ' !== undefined'],
    ['if (await isDaemon(context, id)) {', 'if (false) {'],
  ]),
  ...edits('runtime/aws/cuts/ecs-tasks.ts', MACHINES, [
    ['.filter(({ service }) => service === undefined)', ''],
  ]),
  ...edits('runtime/aws/cuts/instances.ts', MACHINES, [
    ['arns.includes(profile)', 'true'],
    ['if (found?.group !== undefined) {', 'if (false) {'],
    ["['stopping', 'stopped'].includes(found.state)", 'true'],
    ['isCut: !ON.includes(state)', 'isCut: false'],
  ]),
  ...edits('runtime/evidence/snapshots.ts', ['test/runtime/evidence/snapshots.test.ts'], [
    ['hashOfText(text) === sha256 ? []', 'true ? []'],
    ['text === undefined ? [{', 'false ? [{'],
  ]),
  ...edits('runtime/engine/steps/suspension-events.ts', SUSPENSION, [
    ["suspension?.toldPartly !== true || statusOf(state) !== 'suspended'", 'suspension?.toldPartly !== true'],
    ['suspension?.toldPartly !== true ||', ''],
  ]),
  // The state machine.
  ...edits('src/aws/lifecycle-registry/lifecycle-machine.ts', MACHINE, [
    ['{ ErrorEquals: [...FINAL_CODES, \'ZodError\'], MaxAttempts: 0 }', '{ ErrorEquals: [...FINAL_CODES, \'ZodError\'], MaxAttempts: 6 }'],
    ['MaxDelaySeconds: 60, MaxAttempts: 110', 'MaxDelaySeconds: 60, MaxAttempts: 6'],
    ["ErrorEquals: ['TeardownIncomplete'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2", "ErrorEquals: ['TeardownIncomplete'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 0"],
    ['BackoffRate: 2, MaxAttempts: 4', 'BackoffRate: 2, MaxAttempts: 0'],
    ["MaxDelaySeconds: 60, MaxAttempts: 6, JitterStrategy: 'FULL'", "MaxDelaySeconds: 60, MaxAttempts: 0, JitterStrategy: 'FULL'"],
    ["Catch: [{ ErrorEquals: ['States.ALL'], Next: 'LeftToNext' }], ", ''],
    ['MACHINE_TIMEOUT_SECONDS = 3_500', 'MACHINE_TIMEOUT_SECONDS = 3_601'],
    ['MaxConcurrency: 4', 'MaxConcurrency: 0'],
  ]),
  // Names that two sides share.
  ...edits('src/contract/metrics.ts', GUARDS, [
    ["METRIC_NAMESPACE = 'NhiLifecycle'", "METRIC_NAMESPACE = 'NhiEngine'"],
  ]),
  ...edits('runtime/handlers/telemetry.ts', ['test/runtime/handlers/telemetry.test.ts'], [
    ['namespace: METRIC_NAMESPACE', "namespace: 'NhiEngine'"],
    ["single.addDimension('registry', registry);\n", '\n'],
  ]),
  ...edits('src/aws/lifecycle-registry/features/lifecycle.ts', REGISTRY, [
    ['namespace: METRIC_NAMESPACE, metricName, dimensionsMap: { registry, service', "namespace: 'NhiEngine', metricName, dimensionsMap: { registry, service"],
    ['    name: names.stateMachine,\n', '    name: `${names.stateMachine}-machine`,\n'],
  ]),
  ...edits('src/aws/lifecycle-registry/feature.ts', ['test/aws/lifecycle-registry/features/lifecycle.test.ts', 'test/aws/lifecycle-registry/features/suspension.test.ts'], [
    ["{ ...statement, Condition: { 'ForAllValues:StringLike'", "{ ...statement, Condition: { 'ForAnyValue:StringLike'"],
  ]),
  ...edits('src/aws/lifecycle-registry/feature-machine.ts', ['test/aws/lifecycle-registry/features/lifecycle.test.ts'], [
    ['includeExecutionData: false', 'includeExecutionData: true'],
  ]),
  ...edits('src/contract/refusals.ts', ['test/contract/refusals.test.ts'], [
    ['PurposeInvalid: { changed: false }', 'PurposeInvalid: { changed: true }'],
  ]),
  ...edits('runtime/handlers/index.ts', ['test/runtime/handlers/declared.test.ts'], [
    ["export { deletionCheck } from './deletion-check';", ''],
  ]),
  ...edits('src/contract/ended-execution.ts', ['test/aws/lifecycle-registry/features/lifecycle.test.ts'], [
    ["['FAILED', 'TIMED_OUT', 'ABORTED']", "['FAILED', 'TIMED_OUT']"],
  ]),
  ...edits('runtime/operator/connection.ts', ['test/runtime/operator/connection.test.ts'], [
    ['stateMachineArn: names.stateMachineArn(place)', 'stateMachineArn: names.lifecycleFunctionArn(place)'],
    ["const partition = operator.split(':')[1]", "const partition = 'aws'"],
  ]),
  ...edits('cli/consent.ts', ['test/cli/program.test.ts'], [
    ['if (yes) {', 'if (true) {'],
    ['/^y(es)?$/i', '/^y/i'],
  ]),
  ...edits('src/core/text.ts', ['test/core/text.test.ts'], [
    ['DYNAMIC_REFERENCE.test(requireLiteral(what, text))', 'requireLiteral(what, text) === undefined'],
    ['text !== text.trim()', 'false'],
  ]),
  ...edits('src/core/errors.ts', ['test/core/errors.test.ts'], [
    ["this.stack = this.stack?.replace(/^\\w+: /, '');", ''],
  ]),
  // Documents.
  ...edits('README.md', DOCS, [
    ['<!-- from examples/smallest/app.ts -->\n```ts\n', '<!-- from examples/smallest/app.ts -->\n```typescript\n'],
    ['<!-- from examples/smallest/app.ts -->\n', '\n'],
    ['{ env, terminationProtection: true }', '{ env }'],
  ]),
  // Decisions.
  ...edits('runtime/engine/decision/rules.ts', DECISIONS, [
    ['owner.stackName === stack.owner.stackName && ownerIsGone', 'owner.stackName === stack.owner.stackName'],
    ['if (intent.transferFrom !== owner) {', 'if (intent.transferFrom === undefined) {'],
    ['state.declared.transferTo === asking || state.offeredTo === asking', 'true'],
    ['if (end <= now.getTime()) {', 'if (end < now.getTime() - 1) {'],
    ['if (end > latest.getTime()) {', 'if (false) {'],
    ['if (Date.parse(before.expiresAt) > now.getTime()) {', 'if (true) {'],
    ['renewal.stage === declared.stage && ', ''],
    [' && now.getTime() < Date.parse(renewal.deployBy)', ''],
    ['if (Date.parse(declared.expiresAt) > Date.parse(renewal.until)) {', 'if (false) {'],
  ]),
  ...edits('runtime/engine/decision/renew.ts', DECISIONS, [
    ['if (Date.parse(expiresAt) > now.getTime()) {', 'if (false) {'],
    ['if (isPast(until, now)) {', 'if (false) {'],
    ['if (until.epochSeconds * 1000 > latest.getTime()) {', 'if (false) {'],
    ['reason: requireReason(reason)', 'reason'],
    [" || state.status === 'left' || state.status === 'leaving'", ''],
  ]),
  ...edits('runtime/engine/decision/changes.ts', DECISIONS, [
    ["    ['access-changed', accessChange(from, to)],\n", ''],
    ["    ['purpose-changed', change(from.purpose, to.purpose)],\n", ''],
    ['...Object.keys(to)])]', "...Object.keys(to)])].filter((field) => field === 'id')"],
  ]),
  ...edits('runtime/engine/decision/access-change.ts', DECISIONS, [
    ['from.stage === to.stage', 'true'],
    ['widened: widened.slice(0, MOST_LINES)', 'widened: widened'],
    ['.slice(0, LONGEST_LINE).join', '.join'],
  ]),
  ...edits('runtime/model/access-digests.ts', DECISIONS, [
    [' || !ofPrincipal ?', ' ?'],
    ['...(exceptions.length === 0 ? {} : { exceptions: digestOf(exceptions) }),', ''],
    ["...(access === undefined ? {} : { 'trust policy': access.trust }),", ''],
  ]),
  ...edits('runtime/engine/decision/access-difference.ts', DECISIONS, [
    ['access.omitted > 0 || ', ''],
    [' || countOf(access) > MOST_UNITS', ''],
    [' || other.stage === EVERY_STAGE', ''],
    [" || other.condition === ''", ''],
    ['other.effect === unit.effect', 'true'],
    ['&& globCovers(other.resource, unit.resource)', ''],
  ]),
  ...edits('src/aws/agent-identity/access-properties.ts', ['test/aws/agent-identity/access-properties.test.ts'], [
    ['isInEveryStage(declaration) ? [EVERY_STAGE] : stages', 'stages'],
    ["replaceAll(end, 'end')", 'replaceAll(end, end)'],
    ['[...actions].sort()', '[...actions]'],
    ['sha256(canonicalJson(grants))', 'sha256(canonicalJson(listed))'],
  ]),
  ...edits('src/aws/agent-identity/canonical-text.ts', ['test/aws/agent-identity/access-properties.test.ts'], [
    ['Reference.isReference(token) ? this.nameOf(token) : ', ''],
    ['.replace(/[{$](?=\\{)/g, \'$& \')', ''],
  ]),
  ...edits('src/aws/agent-identity/end-checks.ts', ['test/aws/agent-identity/end-checks.test.ts'], [
    ['if (expires.epochSeconds * 1000 > latest.getTime()) {', 'if (false) {'],
    ['annotations.addError(`Tenure', 'annotations.addWarning(`Tenure'],
    ['} else if (endsSoon(expires.iso, now)) {', '} else if (false) {'],
  ]),
  ...edits('runtime/engine/decision/plans.ts', DECISIONS, [
    ['pending.to === intent.principal.roleId || pending.from === begins', 'pending.to === intent.principal.roleId'],
    ['wait: target.cutBeforeGrant,', 'wait: false,'],
    ["...(stays ? {} : { [from]: { status: 'live' } })", "[from]: { status: 'live' }"],
    ['secrets: state.declared.ownSecrets,\n', ''],
    ['...(state.declared.ownProviders === undefined ? {} : { providers: state.declared.ownProviders })', ''],
    ['...(settles ? { pending: null, ...(state.switchedOff === undefined ? {} : { switchedOff: null }) } : {})', 'pending: null'],
    ['.filter((name) => !declared.ownSecrets.includes(name))', ''],
    ['...(state.principals[from].cutBeforeGrant ? [from] : [])', 'from'],
    ["note: { status: 'leaving', ...revocations(knownRevocations(state, context.now), state) },", ''],
  ]),
  ...edits('runtime/engine/decision/withdraw.ts', DECISIONS, [
    ["found?.status !== 'retired' || ", 'true || '],
    ['state?.expired !== undefined && found.awaitedBy', 'found.awaitedBy'],
    ['neverJoined ? undefined : ', ''],
    ['if (!isOwner(state, context)) {', 'if (false) {'],
    ["pending?.to === roleId && phase !== 'going-on' && state.status !== 'leaving'", "pending?.to === roleId && phase !== 'going-on'"],
    ["    return pending.phase === 'moved' ? planRetirement(state, [principal]) : unfinished(state);\n  }\n  // A leave", '    return planRetirement(state, [principal]);\n  }\n  // A leave'],
    ['context.stack.rootStatus ?? context.stack.status', 'context.stack.status'],
  ]),
  ...edits('runtime/engine/decision/finish.ts', [...DECISIONS, 'test/runtime/engine/finish.test.ts'], [
    ['if (busy !== undefined) {', 'if (false) {'],
    ["if (held.length > 0 && state.status === 'leaving') {", 'if (false) {'],
    ['    deletes: retire,\n', ''],
    ['wait: plan.wait || roleIds.length > 0,', 'wait: plan.wait,'],
  ]),
  // The lock.
  ...edits('runtime/ledger/lock.ts', LOCK, [
    [' OR execution = :dead', ''],
    ["expression: 'attribute_not_exists(pk) OR execution = :mine', values", "expression: 'attribute_exists(pk) OR attribute_not_exists(pk)', values"],
  ]),
  ...edits('runtime/engine/steps/begin.ts', [...LOCK, 'test/runtime/engine/steps/begin.test.ts'], [
    ["first.holder === '' || await isRunning(engine, first.holder)", "first.holder === ''"],
    ["status === 'RUNNING' || status === 'PENDING_REDRIVE'", "status === 'RUNNING'"],
    ['    await engine.lock.release(request.placement, execution);\n', ''],
    ['heldBack: current !== undefined && isHeldBack(current)', 'heldBack: false'],
  ]),
  // Means of denial.
  ...edits('runtime/aws/principals/quarantine.ts', PRINCIPALS, [
    ["DateLessThan: { 'aws:TokenIssueTime'", "DateGreaterThan: { 'aws:TokenIssueTime'"],
    ["|| (denial.by.includes('attached-policy') &&", "|| (denial.by.includes('permissions-boundary') &&"],
    ["|| (denial.by.includes('inline-policy') &&", "|| (denial.by.includes('permissions-boundary') &&"],
    ["    by.push('attached-policy');\n", ''],
    ["    by.push('inline-policy');\n", ''],
    ['(by.length === 0 || everyMeans)', 'by.length === 0'],
    ['if (!isForbidden(error) && !isLimit(error)) {', 'if (false) {'],
    ['} else if (found.boundary !== originalBoundary) {', '} else if (false) {'],
    ['(await attachedTo(context, RoleName)).includes(PolicyArn)', 'false'],
    ['  await detachDenyAll(context, RoleName);\n', ''],
  ]),
  ...edits('runtime/aws/principals/terminate.ts', PRINCIPALS, [
    ["Effect: 'Deny', Principal: { AWS: '*' }", "Effect: 'Allow', Principal: { AWS: '*' }"],
    ['return detachDenyAll(context, RoleName)', 'return true'],
  ]),
  // Wipers.
  ...edits('runtime/aws/wipers/own-secrets.ts', wiper('own-secrets'), [
    ['if (!name.startsWith(ownSecretPrefix(target.registry, target.agentName))) {', 'if (false) {'],
    ['ForceDeleteWithoutRecovery: true', 'RecoveryWindowInDays: 7'],
    ['if (replicas.length > 0) {', 'if (false) {'],
  ]),
  ...edits('runtime/aws/wipers/out-of-band-attached-policies.ts', wiper('out-of-band-attached-policies'), [
    ['      .filter((arn) => !isInBandAttached(context, principal, arn))\n', ''],
  ]),
  ...edits('runtime/aws/wipers/namesakes.ts', wiper('namesakes'), [
    ['if (found !== undefined) {', 'if (false) {'],
  ]),
  ...edits('runtime/aws/wipers/live-sessions.ts', wiper('live-sessions'), [
    ['if (by.length === 0) {', 'if (false) {'],
  ]),
  ...edits('runtime/wiping/run-wiper.ts', ['test/runtime/wiping/run-wiper.test.ts'], [
    ['wiped: wipedOf(found, seen),', 'wiped: actedOn(found),'],
    ['wiped: wipedOf(found, [...later.remains, ...later.reportedOnly])', 'wiped: actedOn(found)'],
    ['failures.get(finding.id) ?? ', ''],
  ]),
  ...edits('runtime/aws/wipers/of-principals.ts', wiper('of-principals'), [
    ['if (namesakes.length === 0) {', 'if (false) {'],
    ['if ((await inspectPrincipal(context, principal)).present) {', 'if (true) {'],
  ]),
  ...edits('runtime/aws/wipers/wipers.ts', wiper('wipers'), [
    ['  undeclaredSecrets,\n', ''],
    ['  resourcePolicies,\n', ''],
  ]),
  ...edits('runtime/aws/granted/without-principals.ts', ['test/runtime/aws/granted/without-principals.test.ts'], [
    ["statement.Effect === 'Allow' ? withoutNames", "statement.Effect !== 'Deny' || true ? withoutNames"],
    ['} else if (DEMANDS_KEY.test(operator.toLowerCase())) {', '} else {'],
    ['!isArnTaken && (text === roleArn', 'true && (text === roleArn'],
  ]),
  ...edits('runtime/aws/wipers/kms-grants.ts', ['test/runtime/aws/wipers/outside-residue.test.ts'], [
    ['return isDeadArn(target, grantee) || isDeadId(target, grantee) ? {', 'return true ? {'],
    ['isDeadArn(target, grantee) || isDeadId(target, grantee) ?', 'isDeadArn(target, grantee) ?'],
    ['...(isAll ? [] : [unsearched])', '...[]'],
  ]),
  ...edits('runtime/aws/wipers/eks-access.ts', ['test/runtime/aws/wipers/outside-residue.test.ts'], [
    ['CONFIG_MAP.message.test(error.message)', 'false'],
  ]),
  ...edits('runtime/aws/wipers/unless-unseen.ts', ['test/runtime/aws/wipers/outside-residue.test.ts'], [
    ['return await unlessMissing(search) ?? [];', 'return await search();'],
    ['actedOn: true, unseen: reason', 'actedOn: false, unseen: reason'],
    ['({ ...place, actedOn: false, note })', '({ ...place, actedOn: true, unseen: note })'],
  ]),
  ...edits('runtime/aws/wipers/agent-core-sessions.ts', ['test/runtime/aws/wipers/outside-residue.test.ts'], [
    ['if (role !== undefined && !isDeadArn(target, role)) {', 'if (false) {'],
    ['return role !== undefined ? {', 'return true ? {'],
  ]),
  ...edits('runtime/engine/steps/target.ts', ['test/runtime/engine/steps/target.test.ts'], [
    ['? [intent.principal] : []', '? [] : []'],
  ]),
  ...edits('runtime/aws/wipers/gateway-targets.ts', ['test/runtime/aws/wipers/outside-residue.test.ts'], [
    ['ownProviders.filter((name) => name.startsWith(prefix))', 'ownProviders.filter(() => true)'],
    ['return isDeadArn(target, configuration?.Role);', 'return true;'],
    ['if (isDead && status !== \'DELETING\') {', 'if (status !== \'DELETING\') {'],
  ]),
  ...edits('runtime/signals/deliver.ts', ['test/runtime/signals/deliver.test.ts'], [
    ['if (status === \'disabled\') {', 'if (false) {'],
  ]),
  ...edits('src/aws/guardrails/template/plain-texts.ts', ['test/aws/guardrails/evasions.test.ts'], [
    ['statement.Effect !== \'Deny\' || isCertain(statement)', 'true'],
  ]),
  ...edits('runtime/aws/wipers/resource-policies.ts', wiper('resource-policies'), [
    ['const mayAct = wipes.has(ResidueKind.RESOURCE_POLICIES);', 'const mayAct = true;'],
  ]),
  // The certificate.
  ...edits('runtime/evidence/certificate.ts', CERTIFICATE, [
    ['denial?.confirmedAt === undefined ? null', 'denial === undefined ? null'],
    ['absentAt: absentAt ?? null,\n    ...(isAdopted', 'absentAt: null,\n    ...(isAdopted'],
    ['.filter(({ roleId }) => !principals.some(({ id }) => id === roleId))', ''],
  ]),
  ...edits('runtime/certificate/certificate-core.ts', CERTIFICATE, [
    ['wiped: wiped.map(idOf)', 'wiped: found.map(idOf)'],
  ]),
  ...edits('runtime/evidence/receipt.ts', ['test/runtime/evidence/receipt.test.ts'], [
    ['end.at > last.at ? end : last', 'end.at < last.at ? end : last'],
    ['stage === EVERY_STAGE })', 'true })'],
    ["leftToOwner === true ? 'given-back' : ", ''],
    ["...(origin === 'cloudformation' ? [NO_DEPLOYER] : [])", '...[NO_DEPLOYER]'],
  ]),
  ...edits('runtime/certificate/receipt.ts', ['test/runtime/evidence/receipt.test.ts'], [
    ['return known >= 0 ? known : ', 'return '],
  ]),
  // Who depends on an agent.
  ...edits('runtime/model/dependants.ts', ['test/runtime/model/dependants.test.ts'], [
    ["state?.declared === undefined || state.status === 'left' ? []", 'state?.declared === undefined ? []'],
    ['principals.filter((arn) => !roles.has(arn))', 'principals'],
  ]),
  ...edits('runtime/notifications/dependants.ts', ['test/runtime/notifications/dependants.test.ts'], [
    [' && details.isReminder !== true', ''],
    [".filter(({ relation }) => relation !== 'serves')", ''],
    ['.filter(([person]) => !told.some((notice) => notice.person === person))', ''],
  ]),
  ...edits('runtime/operator/deployment/compare.ts', ['test/cli/commands/plan.test.ts'], [
    ['...agents.filter(({ agentName }) => !goes(agentName)).map(dependantLine),', '...agents.map(dependantLine),'],
  ]),
  // The proof of a leave on Google.
  ...edits('runtime/google/teardown/program.ts', LEAVES, [
    ['    await recordTeardown(api, report, movesTo);\n', ''],
    ['(found) => recordFound(api, found, movesTo)', 'async () => undefined'],
    ['return report.remains.length > 0 ? EXIT.failed : EXIT.done;', 'return EXIT.done;'],
  ]),
  ...edits('runtime/google/proof/record-teardown.ts', LEAVES, [
    ['await recordTeardown(api, report, movesTo).catch(() => undefined);', 'await recordTeardown(api, report, movesTo);'],
    ['(isThisOne(last) ? undefined : record)', 'record'],
  ]),
  ...edits('runtime/google/proof/searched.ts', LEAVES, [
    ['&& earlier.searched.every((place) => later.searched.includes(place))', ''],
    ['        one.wiped.delete(id);\n', ''],
  ]),
  ...edits('runtime/google/proof/certify.ts', LEAVES, [
    ['    await requireDeleted(api, { project: leaver.project, email, uniqueId });\n', ''],
    ['follows.sequence >= from', 'true'],
  ]),
  ...edits('runtime/google/proof/write-once.ts', LEAVES, [
    ['at <= now && ', ''],
    ['at >= Date.parse(since) && ', ''],
    ['    && certificateText(build(time)) === certificateText(found)', ''],
    ['names.includes(first) ? `${stem}${sha256}.json` : first', 'first'],
  ]),
  ...edits('runtime/google/revocations/record.ts', ['test/runtime/google/revocations/leave.test.ts'], [
    ['let state = before.revocations === undefined ? await write(before, begun) : before;', 'let state = before;'],
    ['if (open.length > 0) {', 'if (false) {'],
  ]),
  ...edits('runtime/google/registry/revocations.ts', ['test/runtime/google/revocations/leave.test.ts'], [
    ['accountsIn(events).some(({ email }) => email === by)', 'false'],
    ['if (by === undefined) {', 'if (false) {'],
  ]),
  ...edits('runtime/google/registry/verify-revocations.ts', ['test/runtime/google/revocations/leave.test.ts'], [
    ['return isOurs ? [] :', 'return true ? [] :'],
    ['last.follows.sequence < leftAt', 'true'],
  ]),
  ...edits('src/google/agent-identity/agent-revokers.ts', ['test/google/agent-identity/revokers.test.ts'], [
    ["kind === 'secret' && revokerSecrets.includes(resource)", 'false'],
  ]),
  ...edits('runtime/google/registry/verify.ts', ['test/runtime/google/registry/verify.test.ts'], [
    ['object.subject === placementKey(placement) ? []', 'true ? []'],
    ['name !== objectName(folder, at + 1)', 'false'],
    ['    ...contradictions(events, declared),\n', ''],
    ['...ofCertificates, ...verifyRecords(', '...ofCertificates.slice(1), ...verifyRecords('],
  ]),
  ...edits('runtime/google/registry/verify-records.ts', ['test/runtime/google/registry/verify.test.ts'], [
    ["return hashOfText(textOf(record)) === sha256 ? 'intact' : 'changed';", "return 'intact';"],
    ['events[sequence - 1]?.hash !== hash', 'false'],
    ['end <= 0 || ', ''],
  ]),
  // Suspensions on Google, and what no deployment may lift.
  ...edits('runtime/google/suspension/suspend.ts', GOOGLE_SUSPENSION, [
    ['.filter(({ disabled }) => !disabled).map(({ email, uniqueId }) => failureOf(', '.slice(1).map(({ email, uniqueId }) => failureOf('],
    ['suspension?.confirmedAt !== undefined && lifted.length === 0', 'suspension?.confirmedAt !== undefined'],
    ['  if (problems.length > 0) {', '  if (problems.length > 9) {'],
    ['isStillDisabled ? before : openedAgain(before)', 'before'],
    ['...present.length > 0 ? [] : [`', '...true ? [] : [`'],
    ['    return [NO_ACCOUNT];', '    return [];'],
    ['(isStillDisabled || suspension.disabledAt === undefined)', 'true'],
    ['situation.declared.tokenHours * HOUR_MS', 'HOUR_MS'],
  ]),
  ...edits('runtime/google/registry/suspensions.ts', GOOGLE_SUSPENSION, [
    ['now.last.hash !== situation.last.hash', 'false'],
    ['        await requireResumable(registry.cloud, context, now, order);\n', ''],
  ]),
  ...edits('runtime/google/suspension/resume.ts', GOOGLE_SUSPENSION, [
    ['Date.parse(tokensEndAt) > api.now()', 'false'],
    ['present.some(({ disabled }) => !disabled) || ', ''],
    ['  requireNone(agentName, kept.flat());\n', ''],
    ['...isLeft ? { departed: true } : {},', ''],
  ]),
  ...edits('runtime/google/suspension/resume.ts', GOOGLE_INTERLEAVINGS, [
    ['  if (suspension?.resumption?.number !== claim) {', '  if (suspension === undefined) {'],
    ['    throw await overtakenBy({ ...context, topic: situation.declared.topic }, claim, enabled, error);', '    throw error;'],
    ['    enabled.set(uniqueId, account);\n', ''],
  ]),
  ...edits('runtime/google/suspension/take-back.ts', GOOGLE_INTERLEAVINGS, [
    ['        await disableAll(context, open);\n', ''],
  ]),
  ...edits('runtime/google/suspension/gather.ts', GOOGLE_INTERLEAVINGS, [
    ['suspension !== undefined && suspension.resumption === undefined', 'suspension !== undefined'],
  ]),
  ...edits('runtime/google/suspension/deny-policies.ts', GOOGLE_SUSPENSION, [
    ['every((exceptions = []) => exceptions.length === 0)', 'every(() => true)'],
    ['JSON.stringify([account, agentName, key, ', 'JSON.stringify([account, agentName, '],
    ['...generation === 0 ? [] : [generation]', ''],
  ]),
  ...edits('runtime/google/suspension/state.ts', GOOGLE_SUSPENSION, [
    ['listed(given.attachments).filter(isAttachment)', 'listed(given.attachments) as string[]'],
  ]),
  ...edits('runtime/google/suspension/append-event.ts', GOOGLE_SUSPENSION, [
    ['now?.hash !== last.hash', 'false'],
  ]),
  ...edits('runtime/google/record/next-event.ts', GOOGLE_SUSPENSION, [
    ['suspension === undefined ? {} : { suspension:', 'suspension !== undefined ? {} : { suspension:'],
    ['suspension === undefined || isNamed', 'true'],
  ]),
  ...edits('runtime/google/suspension/record-enabled.ts', GOOGLE_SUSPENSION, [
    ['hashEvent(last) !== last.hash', 'false'],
    ['asJson(openedAgain(suspension))', 'asJson(suspension)'],
    ['tried === TRIES', 'true'],
  ]),
  ...edits('runtime/google/enable/enable-agent.ts', GOOGLE_SUSPENSION, [
    ["suspension === undefined ? undefined : 'it is suspended'", 'undefined'],
    ['if (!await recordEnabled(api, input) && !ended)', 'if (false)'],
    ['(ended || !isResuming) && await', 'await'],
    ['    await requireStillUsable(api, input, who);\n', ''],
    ['.finally(() => disableAccount(api, input.account))', ''],
  ]),
  ...edits('runtime/google/preflight/program.ts', GOOGLE_SUSPENSION, [
    ['    await requireNotSuspended(api, input);\n', ''],
  ]),
  ...edits('runtime/google/wipers/grants-elsewhere.ts', ['test/runtime/google/teardown/elsewhere.test.ts'], [
    ['filter(({ name }) => !declared.has(name))', 'filter(() => true)'],
    ['target.beyond?.wipedProjects.includes(project) === true', 'true'],
    ['    now = await rolesOn(api, holder, theirs(target));', '    now = roles;'],
    ['rolesOf(policy ?? {}, theirs(target))', 'rolesOf(policy ?? {}, () => true)'],
  ]),
  ...edits('src/google/agent-identity/managed-agent-identity.ts', ['test/google/lifecycle-registry/lifecycle-registry.test.ts'], [
    ['this.registry === undefined ? undefined : [`terraform_data.${leaverAddress(this.agentName)}`]', 'undefined'],
    ['targets: live(), ownSecrets: [], beyond, records, principals })', 'targets: live(), ownSecrets: [], principals })'],
  ]),
  ...edits('src/google/agent-identity/enabled.ts', ['test/google/lifecycle-registry/lifecycle-registry.test.ts'], [
    ['...events === undefined ? [] : [events]', ''],
  ]),
  ...edits('src/google/agent-identity/managed-agent-identity.ts', ['test/google/agent-runtime/agent-runtime.test.ts'], [
    ['    principals = binding.principals;\n', ''],
  ]),
  ...edits('src/google/agent-identity/managed-agent-identity.ts', ['test/google/agent-identity/provider.test.ts'], [
    ['    useProvider(grant, this.provider);\n', ''],
    ['    useProvider(this, provider);\n', ''],
  ]),
  ...edits('src/google/agent-identity/managed-agent-identity.ts', ['test/google/access/agent-access.test.ts'], [
    ['live ? this.grant(declaration) : `terraform_data.${agentAddress(this.agentName)}`', '`terraform_data.${agentAddress(this.agentName)}`'],
  ]),
  ...edits('src/google/agent-identity/end.ts', ['test/google/janitor/expiry.test.ts'], [
    ['Annotations.of(scope).addError(`TenureExceeded', 'Annotations.of(scope).addWarning(`TenureExceeded'],
  ]),
  ...edits('src/google/use-provider.ts', ['test/google/agent-identity/provider.test.ts'], [
    [' || !NAME.test(asRendered(scope, fqn))', ''],
    ['TerraformStack.of(provider) !== TerraformStack.of(scope)', 'false'],
  ]),
  ...edits('src/google/janitor/janitor.ts', ['test/google/agent-identity/provider.test.ts'], [
    ['janitor.provider !== provider', 'false'],
  ]),
  ...edits('runtime/google/policies/standard-holder.ts', ['test/runtime/google/teardown/kinds.test.ts'], [
    ['{ ...policy, version: policyVersion }', 'policy'],
  ]),
  ...edits('runtime/google/policies/members.ts', ['test/runtime/google/teardown/kinds.test.ts'], [
    [".replace(/^deleted:/, '')", ''],
  ]),
  ...edits('runtime/google/teardown/run-teardown.ts', ['test/runtime/google/teardown/kinds.test.ts'], [
    ['has not left`, advice)', 'has not left`)'],
  ]),
  ...edits('cli/registry.ts', ['test/runtime/google/registry/read.test.ts'], [
    ['options.googleRegistry !== undefined || options.googleProject !== undefined', 'false'],
    ["status !== 'left' && Date.parse(expiresAt)", 'Date.parse(expiresAt)'],
  ]),
  ...edits('runtime/evidence/certificate-store.ts', CERTIFICATE, [
    ['const sha256 = hashOfText(found);', 'const sha256 = hashOfText(text);'],
    ['text: found, occupied', 'text, occupied'],
    ['(await hashes()).includes(sha256)', 'true'],
    ['(await hashes()).includes(sha256)', 'false'],
    ['isTold: told.get(key) === hashOfText(text)', 'isTold: true'],
    ['`${document.id}${SUFFIXES[document.kind]}`', 'document.id'],
  ]),
  ...edits('runtime/engine/steps/keep.ts', ['test/runtime/engine/steps/keep.test.ts'], [
    ['if (stored.occupied.length > 0) {', 'if (false) {'],
  ]),
  ...edits('runtime/evidence/write-once.ts', ['test/runtime/evidence/event-copies.test.ts'], [
    ["      IfNoneMatch: '*',\n", ''],
    ['return readText(s3, bucket, key);', 'return text;'],
    ['timeOf(version) <= timeOf(first)', 'false'],
  ]),
  ...edits('runtime/evidence/compare-copies.ts', ['test/runtime/evidence/compare-copies.test.ts'], [
    ['unsent.includes(sequence) && isSoon(time, now)', 'unsent.includes(sequence)'],
    ['const length = Math.max(events.length, ...copies.keys());', 'const length = events.length;'],
  ]),
  ...edits('runtime/evidence/told-facts.ts', STATE_OF_EVENTS, [
    ["says(facts, 'sponsor', sponsorId);", ''],
    ["        says(facts, 'end', details.to);\n", ''],
    ['details.untilCertified === false ? NONE : details.certifiedUntil', 'details.certifiedUntil'],
    ["case 'purpose-changed': says(facts, 'purpose', details.to); break;", "case 'purpose-changed': break;"],
    ['OWN_PARTS.forEach((part) => access?.delete(part));', ''],
    ["says(facts, 'owner', details.owner);\n        says(facts, details.declared", 'says(facts, details.declared'],
    ["details.declared === true ? 'declared transfer' : 'offer'", "'offer'"],
  ]),
  ...edits('runtime/evidence/state-of-events.ts', STATE_OF_EVENTS, [
    ["state.pending?.phase === 'cutting' ? []", 'true ? []'],
    ['...unequal(fieldsOf(state.declared.sponsor), told.sponsor, last)', '...unequal(new Map(), undefined, last)'],
    ['...unequal(accessOf(state, told), told.access, last)', '...unequal(new Map(), undefined, last)'],
  ]),
  ...edits('runtime/engine/steps/announce.ts', ['test/runtime/engine/steps/announce.test.ts'], [
    ['if (contradicted.length > 0) {', 'if (false) {'],
  ]),
  ...edits('runtime/operator/verify-events.ts', ['test/cli/commands/verify.test.ts'], [
    ['before?.version === after?.version || look === LOOKS', 'true'],
    ['head === undefined || hashes.has(head)', 'true'],
    ['contradictionsIn(state, believed(events, copied))', '[]'],
  ]),
  ...edits('runtime/engine/decision/suspend.ts', [...DECISIONS, 'test/runtime/engine/suspend.test.ts', ...SUSPENSION], [
    ['byEveryMeans: true', 'byEveryMeans: false'],
    ["...(state.status === 'active' ? { restore: liveAgain(state), cuts: 'restore' } : {})", "restore: liveAgain(state), cuts: 'restore' as const"],
    ["pending.phase === 'moved' && principals[pending.from].cutBeforeGrant", 'true'],
    ['return state.suspension === undefined || state.suspension.drill === true || state.suspension.missedReview !== undefined\n', 'return true\n'],
    ['if (state.suspension !== undefined) {\n    return { ...planReassertion', "if (state.status === 'active') {\n    return { ...planReassertion"],
    ['return state?.suspension?.drill === true\n', 'return state?.suspension !== undefined\n'],
    ['state.suspension?.cuts ?? CUT_NAMES', 'CUT_NAMES'],
  ]),
  ...edits('runtime/engine/steps/cut.ts', SUSPENSION, [
    ['onIn(found).filter(({ id }) => !known.has(id))', 'onIn(found)'],
    ['confirmedAt === undefined ? [] : onIn(found[index])', 'onIn(found[index])'],
    ['rest.length === 0 ?', 'true ?'],
  ]),
  ...edits('runtime/aws/cuts/functions.ts', ['test/runtime/aws/cuts/functions.test.ts'], [
    ['if (reserved === 0) {', 'if (true) {'],
    ['isCut: reserved === 0', 'isCut: false'],
  ]),
  ...edits('runtime/suspension/agent-of.ts', ['test/runtime/suspension/respond.test.ts'], [
    ["case 'role': return named.account === context.account ?", "case 'role': return true ?"],
    ['roleArn === undefined || principal.roleArn === roleArn', 'true'],
    ['  if (!context.generatedNames) {', '  if (true) {'],
    ['uniqueId === undefined || principal.roleId === uniqueId', 'true'],
    ["'own' ? state : undefined", "'none' ? state : state"],
  ]),
  ...edits('runtime/engine/decision/rules.ts', [...DECISIONS, 'test/runtime/engine/suspend.test.ts'], [
    ['state?.suspension === undefined ? undefined', 'true ? undefined'],
  ]),
  ...edits('runtime/engine/loaded-request.ts', ['test/runtime/engine/suspend.test.ts', 'test/runtime/engine/steps/begin.test.ts'], [
    ['requestId !== key ||', ''],
    ['!isRequestIdOf(key, origin.kind, intent.kind) ||', ''],
    ['|| placementKey(placement) !== placementKey(asked)', ''],
    ['answered: answered !== undefined', 'answered: false'],
  ]),
  ...edits('src/aws/lifecycle-registry/features/suspension.ts', ['test/aws/lifecycle-registry/features/suspension.test.ts'], [
    ["intents.map((intent) => requestKeys('operator', intent))", "[requestKeys('operator')]"],
    ["mayAsk(context, ['offboard', 'retry'], onlyPeople(context))", "mayAsk(context, ['offboard', 'retry'])"],
    [', ...conditions } },', ' } },'],
    ['onRows([`${PLACEMENT_ROW}*`]', "onRows(['*']"],
  ]),
  ...edits('src/aws/lifecycle-registry/features/index.ts', ['test/runtime/handlers/declared.test.ts'], [
    ['  deletionCheck,\n  suspension', '  suspension'],
  ]),
  ...edits('runtime/engine/steps/deniable.ts', ['test/runtime/engine/steps/deniable.test.ts'], [
    ["(intent.kind !== 'join' && intent.kind !== 'change')", "intent.kind !== 'join'"],
    ['state?.principals[principal.roleId] === undefined', 'false'],
  ]),
  ...edits('runtime/aws/principals/deniable.ts', ['test/runtime/aws/principals/deniable.test.ts'], [
    ['found.present && found.boundary !== null', 'false'],
    ["result?.EvalDecision === 'allowed'", "result?.EvalDecision !== 'explicitDeny'"],
  ]),
  ...edits('runtime/aws/wipers/virtual-devices.ts', wiper('iam-users'), [
    ['/^arn:[^:]+:iam::\\d+:mfa\\//', '/^arn:/'],
    ['tags.some(({ Key: key, Value: value }) => isSameTag(key, agentTags(tagPrefix).name) && value === agentName)', 'true'],
  ]),
  // Guards and trust.
  ...edits('src/aws/guards/agent-guard.ts', GUARDS, [
    ['      ...denyAllBut(GuardSids.STACKS, STACK_CHANGES, stackTargets, excepted),\n', ''],
    ["const PASS_ROLE = ['iam:PassRole'];", "const PASS_ROLE = ['iam:GetRole'];"],
    ["    conditions: { DateGreaterThanEquals: { 'aws:CurrentTime': expiry.iso } },\n", "    conditions: { DateLessThan: { 'aws:CurrentTime': expiry.iso } },\n"],
    ["if (!opening.resources.includes('*')) {", 'if (false) {'],
    ["const after = { DateGreaterThanEquals: { 'aws:CurrentTime': opening.until.iso } };", "const after = { DateLessThan: { 'aws:CurrentTime': opening.until.iso } };"],
  ]),
  ...edits('src/aws/guards/shared-guard.ts', GUARDS, [
    ["        Null: { [stageTag]: 'false' },\n", ''],
    ['[prefix, lower,', '[lower,'],
    ["'kms:GrantIsForAWSResource': 'false'", "'kms:GrantIsForAWSResource': 'true'"],
    ["      deny('DenySelfGranting', SELF_GRANTING),\n", ''],
  ]),
  ...edits('src/aws/guards/registry-denies.ts', GUARDS, [
    ["deny('DenyOtherAgents', { notActions: PRINCIPAL_CALLS", "deny('DenyOtherAgents', { actions: PRINCIPAL_CALLS"],
    ["deny('DenyRegistry', { actions: ['*'], resources: [...engine, rulesOnBuses, users] }),", ''],
  ]),
  ...edits('src/aws/guards/registry-resources.ts', GUARDS, [
    ['const ours = `${names.prefix}*`;', 'const ours = `${names.registryName}-*`;'],
    ["      arn('scheduler', `schedule/default/${ours}`),\n", ''],
    ["['stateMachine', 'execution', 'mapRun']", "['stateMachine', 'execution']"],
  ]),
  ...edits('src/contract/registry-names.ts', ['test/contract/registry-names.test.ts', 'test/aws/guards/registry-resources.test.ts'], [
    ["this.digestSchedule = withPrefix('digest');", 'this.digestSchedule = `${registryName}-digest`;'],
    ["this.digestSchedule = withPrefix('digest');", "this.digestSchedule = withPrefix('agenda');"],
  ]),
  ...edits('src/contract/trust-denies.ts', TRUST, [
    ["sid: 'DenyAfterExpiry', actions: TAKES_ROLE,", "sid: 'DenyAfterExpiry', actions: TAKES_ROLE.slice(1),"],
    ["{ DateGreaterThanEquals: { 'aws:CurrentTime': end } }", "{ DateLessThan: { 'aws:CurrentTime': end } }"],
    ["'ForAnyValue:StringEqualsIgnoreCase'", "'ForAllValues:StringEqualsIgnoreCase'"],
  ]),
  // Access rules.
  ...edits('src/aws/access-rules/statement-rules.ts', RULES, [
    ['find: ({ notActions }) => (notActions.length === 0 ?', 'find: ({ notActions }) => (true ?'],
    ['notResources.length === 0 ? undefined', 'true ? undefined'],
    ['return isNarrowed(conditions) ? []', 'return false ? []'],
    ['tokenReachOf(statement) !== undefined ? [] : wellFormed(actions).filter((action) => sensitivityOf(action)\n', 'named(actions).filter(() => false\n'],
    ['const excusable = found.every(', 'const excusable = found.some('],
    ['.every((resource) => exception._covers(resource))', '.some((resource) => exception._covers(resource))'],
    ["return hasWildcard(action.split(':')[0]);", "return action === '*';"],
  ]),
  ...edits('src/aws/access-rules/trust-rules.ts', TRUST_RULES, [
    ['if (notPrincipal !== undefined) {', 'if (false) {'],
    [' && !PEOPLE.test(value)', ''],
    ["&& values.every((value) => value === 'true')", ''],
    ['/^(foranyvalue:)?((string(', '/^(foranyvalue:|forallvalues:)?((string('],
  ]),
  ...edits('src/aws/iam/globs.ts', ['test/aws/iam/globs.test.ts'], [
    ['return /^\\**$/.test(pattern.slice(at));', 'return true;'],
  ]),
  ...edits('src/aws/findings/wildcards.ts', ['test/checks/user-wildcards.test.ts'], [
    ['ours.filter(([id]) => !theirs.has(id))', 'ours'],
  ]),
  ...edits('src/core/csv.ts', ['test/runtime/inventory/formats.test.ts'], [
    ['replace(BEGINNING, "$1\'")', "replace(BEGINNING, '$1')"],
  ]),
  ...edits('src/core/csv.ts', ['test/runtime/adoption/read-table.test.ts'], [
    ["replace(WRITTEN, '$1')", "replace(/^'/, '')"],
  ]),
  ...edits('runtime/inventory/adoption/ways.ts', ['test/runtime/inventory/adoption.test.ts'], [
    ["if (kind !== 'machine') {", 'if (false) {'],
    [' || standsForMore(arn)', ''],
  ]),
  ...edits('runtime/adoption/code/literal.ts', ['test/runtime/adoption/code.test.ts'], [
    ['escapeUnseen(JSON.stringify(value)).slice', 'JSON.stringify(value).slice'],
    ["found === \"'\" ? \"\\\\'\" : found", 'found'],
    ['`// ${escapeUnseen(line)}`', '`// ${line}`'],
    ["key === '__proto__' ? `[${text(key)}]` : text(key)", 'text(key)'],
  ]),
  ...edits('runtime/adoption/code/access-code.ts', ['test/runtime/adoption/code.test.ts'], [
    ['sensitivityOf(one) !== undefined || ', ''],
    [' || DENIED.some((pattern) => globsMeet(pattern, one.toLowerCase()))', ''],
    ["|| one.includes('$')", ''],
    ['looksLikeToken(text) || ', ''],
    ['one.includes(prefix) || ', ''],
    [' && Math.abs(value) <= Number.MAX_SAFE_INTEGER', ''],
  ]),
  ...edits('runtime/adoption/code/runtime-code.ts', ['test/runtime/adoption/code.test.ts'], [
    ['callers.length !== 1 || ', 'callers.length === 0 || '],
    ['values.length === 1 && EXACT.test(value)', 'values.length > 0'],
    [' && !looksLikeToken(value)', ''],
    [' && !DYNAMIC_REFERENCE.test(value)', ''],
    ["PLAIN.exec(`${owner}/${name}`)?.[0] ?? '<owner>/<repository>'", '`${owner}/${name}`'],
  ]),
  ...edits('runtime/adoption/code/written-file.ts', ['test/runtime/adoption/plan-changes.test.ts'], [
    ['isUnchanged: digestOf(body) === digest', 'isUnchanged: true'],
  ]),
  ...edits('runtime/adoption/plan-changes.ts', ['test/runtime/adoption/plan-changes.test.ts'], [
    ['if (folder.has(path) && !known.has(path)) {', 'if (false) {'],
    ["how === 'adopt' && onRemoval === 'leave'", 'false'],
    ['if (then === undefined) {', 'if (false) {'],
  ]),
  ...edits('runtime/adoption/folder.ts', ['test/runtime/adoption/plan-changes.test.ts'], [
    ['if (strange !== undefined) {', 'if (false) {'],
  ]),
  ...edits('src/core/one-name.ts', ['test/aws/one-name.test.ts', 'test/aws/agent-identity/adopt.test.ts'], [
    ['[*?]|', ''],
    [' || DYNAMIC_REFERENCE.test(text)', ''],
    ["text.replace(PLACEHOLDERS, ' ')", 'text'],
  ]),
  ...edits('runtime/audit/bundle/verify-names.ts', ['test/runtime/audit/bundle.test.ts'], [
    ['named !== undefined && named !== sha256', 'false'],
    ['key.startsWith(`${begin}${account}/`)', 'key.startsWith(begin)'],
    ['prefix === ACKNOWLEDGEMENTS ? [manifest, signed] : ', ''],
    ['needed.find((key) => !there.has(key))', 'undefined'],
  ]),
  ...edits('runtime/operator/pending-events.ts', ['test/runtime/audit/report.test.ts', 'test/runtime/audit/bundle.test.ts'], [
    ['.filter((event) => isSoon(String(event.time), now))', ''],
  ]),
  ...edits('runtime/inventory/owner-pattern.ts', ['test/runtime/inventory/owner-pattern.test.ts'], [
    ['!isFolder || end < names.length', 'true'],
    ['isWhole ? ends[names.length] : ', ''],
  ]),
  ...edits('runtime/html/html-file.ts', ['test/runtime/inventory/formats.test.ts'], [
    [".replace(/</g, '\\\\u003c')", ''],
  ]),
  ...edits('runtime/audit/bundle/verify-files.ts', ['test/runtime/audit/bundle.test.ts'], [
    ['noted !== undefined && noted !== digest', 'false'],
    ['sha256Of(content) !== sha256', 'false'],
  ]),
  ...edits('runtime/audit/bundle/verify-agent.ts', ['test/runtime/audit/bundle.test.ts'], [
    ['event.subject !== placementKey(placement)', 'false'],
    [' && canonicalJson(event) === text', ''],
    ['last !== undefined && last.hash !== head.hash', 'false'],
  ]),
  ...edits('runtime/audit/bundle/folder.ts', ['test/runtime/audit/bundle.test.ts'], [
    [' || found.size > most', ''],
  ]),
  ...edits('runtime/audit/report/read-agent.ts', ['test/runtime/audit/report.test.ts'], [
    ['at >= from.getTime() && at < to.getTime()', 'at > from.getTime() && at <= to.getTime()'],
    ['index < versions.length && (read.at(-1)?.at ?? 0) < to.getTime()', 'false'],
    ['if (!verdict.intact) {', 'if (false) {'],
  ]),
  ...edits('runtime/google-audit/google-source.ts', ['test/runtime/google-audit/report.test.ts'], [
    ['hasOneClock: false', 'hasOneClock: true'],
    ['first === undefined || isIntact(first) ? first : readAgent(registry, placement)', 'first'],
    [' && Date.parse(createdAt) <= Date.parse(writtenAt)', ''],
    ['source.startsWith(prefix) && ', ''],
    ['differences: differencesIn(placement, read)', 'differences: []'],
  ]),
  ...edits('runtime/audit/report/collect-report.ts', ['test/runtime/google-audit/report.test.ts'], [
    ['.filter(({ what }) => !named.has(what))', ''],
    ['if (agent.versions.length > 0) {', 'if (true) {'],
  ]),
  ...edits('runtime/audit/report/sections.ts', ['test/runtime/google-audit/report.test.ts'], [
    ['/:cloudformation:|^terraform:/', '/:cloudformation:/'],
    ['source.startsWith(NOTHING)', 'false'],
  ]),
  ...edits('runtime/inventory/page-files.ts', ['test/runtime/inventory/read-account.test.ts'], [
    [' || !isRecent(page.began, now, VALID_MS)', ''],
    [' && this.form.safeParse(kept.entities).success', ''],
  ]),
  ...edits('runtime/inventory/kept-files.ts', ['test/runtime/inventory/read-account.test.ts'], [
    ['hash === digest(body) ?', 'true ?'],
    ['age >= 0 && ', ''],
    ['if (!lstatSync(this.folder).isDirectory()) {', 'if (false) {'],
  ]),
  ...edits('runtime/adoption/stages.ts', ['test/runtime/adoption/stages.test.ts'], [
    ['if (!STAGE_NAME.test(name)) {', 'if (false) {'],
    ['.filter(({ profile }) => !profile.onlyNarrows)', ''],
  ]),
  ...edits('runtime/adoption/code/stage-code.ts', ['test/runtime/adoption/stages.test.ts'], [
    [' && !approved ?', ' ?'],
    ["approved ? '.withApproval()' : ''", "''"],
  ]),
  ...edits('src/aws/lifecycle-registry/registry-base.ts', ['test/aws/agent-identity/registry-within-reach.test.ts'], [
    ['read(SIGNING_KEY_READS, keys, signing)', 'read(SIGNING_KEY_READS, keys)'],
  ]),
  ...edits('runtime/inventory/service-uses-store.ts', ['test/runtime/inventory/extras.test.ts'], [
    ['kept?.arn === arn && ', ''],
    ['kept.id === id && ', ''],
    [' && isRecent(kept.at, now, VALID_MS)', ''],
  ]),
  ...edits('runtime/inventory/extras.ts', ['test/runtime/inventory/extras.test.ts'], [
    ['machines.filter(({ arn }) => !services.has(arn))', 'machines'],
    ['store.keep(machine, uses, clock());', ''],
  ]),
  ...edits('runtime/inventory/take-inventory.ts', ['test/runtime/inventory/extras.test.ts'], [
    ['[store, uses].forEach', '[store].forEach'],
    ['...(services === undefined ? {} : { uses })', 'uses'],
  ]),
  ...edits('src/core/identities/aws-caller.ts', ['test/core/identities/callers.test.ts'], [
    ['values.every(({ fits }) => fits)', 'values.some(({ fits }) => fits)'],
    ["['sts:ExternalId', /[^*?]/]", "['sts:ExternalId', /./]"],
    ['organization?.has(owner) === true || ', ''],
  ]),
  ...edits('src/core/identities/power.ts', ['test/core/identities/power.test.ts'], [
    [' && one.Condition === undefined', ''],
    ['const level = lower(own, most);', 'const level = own;'],
    ['.filter(({ actions }) => actions.length > 0)', ''],
  ]),
  ...edits('src/aws/guardrails/report.ts', ['test/aws/guardrails/apps.test.ts'], [
    ['isLapsed ? WARNS : INFORMS', 'INFORMS'],
    ["const [FAILS, WARNS, INFORMS] = ['fatal',", "const [FAILS, WARNS, INFORMS] = ['error',"],
    ['<= SEVERITIES.indexOf(failFrom)', '< SEVERITIES.indexOf(failFrom)'],
    ['severity: FAILS, violatingResources: [{ locations: [] }]', 'severity: FAILS, violatingResources: []'],
    ["text.replace(/\\s+/g, ' ')", 'text'],
    ['!Array.isArray(found) || ', ''],
  ]),
  ...edits('src/aws/guardrails/template/references.ts', ['test/aws/guardrails/apps.test.ts'], [
    ['found === undefined ? undefined : this.targetOf(found.template, found.value, steps + 1)', 'undefined'],
    ['this.outers.set(inner,', 'void (inner,'],
    ["attribute?.startsWith('Outputs.')", 'undefined'],
  ]),
  ...edits('src/aws/guardrails/template/trust-of.ts', ['test/aws/guardrails/rules.test.ts'], [
    ['.filter((statement) => !isForNoGuest(template, statement))', ''],
    ['.map((statement) => withProvider(statement, accountOf(template)))', ''],
  ]),
  ...edits('src/aws/guardrails/organization/service-control-policy.ts', ['test/aws/guardrails/organization-guardrails.test.ts'], [
    ['Resource: [...deployers, ...breakGlass],', 'Resource: [...breakGlass],'],
    ["Action: [...CHANGES, 'iam:PassRole'],", 'Action: CHANGES,'],
    ["BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' }", ''],
    [', iam(`user${names.path}*`)]', ']'],
    ["'Deactivate', ", ''],
  ]),
  ...edits('src/aws/guardrails/organization/guarded-events.ts', ['test/aws/guardrails/organization-guardrails.test.ts'], [
    ['[names.path, `/${names.prefix}`]', '[names.path]'],
    ["['function', 'stateMachine']", "['function']"],
    ['errorMessage: [messageWith()],', ''],
  ]),
  ...edits('src/aws/guardrails/acknowledgement-uses.ts', ['test/aws/guardrails/apps.test.ts'], [
    ['!this.used.has(keyOf(one)) && ', ''],
    [' && !isOfOther(one)', ''],
    ['app._isWhole ? ', 'true ? '],
  ]),
  ...edits('src/aws/guardrails/rules/shared.ts', ['test/aws/guardrails/size.test.ts'], [
    ['PLACES.set(template, known);', ''],
  ]),
  ...edits('src/aws/guardrails/template/read-templates.ts', ['test/aws/guardrails/size.test.ts'], [
    ['manifests.set(folder, known);', ''],
  ]),
  ...edits('src/aws/guardrails/rules/secret-text.ts', ['test/aws/guardrails/rules.test.ts'], [
    ['!PATH_OF_SECRET.test(text) && ', ''],
    [' && RANDOM.test(text)', ''],
    ["!text.includes('$') && ", ''],
  ]),
  ...edits('src/core/identities/callers.ts', ['test/core/identities/callers.test.ts'], [
    ['&& condition === undefined && valuesOf(principal)', '&& valuesOf(principal)'],
    ['&& !denied.some((pattern) => globsMeet(pattern, way))', '&& denied.length === 0'],
    ['return notAction !== undefined ? !meets(notAction)', 'return notAction !== undefined ? true'],
  ]),
  ...edits('runtime/inventory/markers.ts', ['test/runtime/inventory/read-account.test.ts'], [
    [" || marker === ''", ''],
    [' || marker === asked', ''],
  ]),
  ...edits('runtime/inventory/roles-anywhere-rows.ts', ['test/runtime/inventory/roles-anywhere.test.ts'], [
    ['inProfiles.has(role) && ', ''],
    [' && trusted.some((anchor) => fits(its, anchor))', ''],
    ['const roles = enabled ? [...new Set(led)] : [];', 'const roles = [...new Set(led)];'],
  ]),
  ...edits('runtime/inventory/catalogue.ts', ['test/runtime/inventory/agent-registry.test.ts'], [
    ['(record === undefined && !isComplete)', 'false'],
    [".filter((name) => listed.get(name)?.status !== 'APPROVED')", ''],
  ]),
  ...edits('runtime/inventory/take-inventory.ts', ['test/runtime/inventory/organization.test.ts'], [
    ['const ACCOUNTS_AT_ONCE = 4;', 'const ACCOUNTS_AT_ONCE = 1;'],
    ['      stop.because = error;', ''],
  ]),
  ...edits('src/core/glob.ts', ['test/core/globs-meet.test.ts'], [
    ["(char === '?' || its === '?' || char === its)", '(char === its)'],
  ]),
  ...edits('runtime/certification/campaign/bring-forward.ts', CAMPAIGN, [
    ['isCertifiedSince(review, openedAt) || ', ''],
    ['Date.parse(review.certifiedAt) >= Date.parse(openedAt)', 'true'],
  ]),
  ...edits('runtime/certification/campaign/population.ts', CAMPAIGN, [
    ['found.filter(({ id }) => !this.roleIds.has(id))', 'found'],
    ["if (status === 'leaving') {", 'if (false) {'],
    ['Date.parse(one.createdAt) > opened - HOUR_MS', 'true'],
    ['this.excluded[reason]++', 'undefined'],
  ]),
  ...edits('runtime/certification/campaign/envelope.ts', CAMPAIGN, [
    ["verify('sha256', signedBytes(payload, kind), key, signature)", 'true'],
    ['payloadType !== PAYLOADS[kind] || ', ''],
  ]),
  ...edits('runtime/certification/campaign/record.ts', CAMPAIGN, [
    ['if (!chain.intact) {', 'if (false) {'],
    ['!needed.every((name) => since.includes(name))', 'false'],
  ]),
  ...edits('runtime/operator/campaign/stored.ts', CAMPAIGN, [
    ['if (latest !== undefined && hashOfText(latest) === sha256) {', 'if (latest !== undefined) {'],
    ['return first !== undefined && hashOfText(first) === sha256 ? first : undefined;', 'return first;'],
  ]),
  ...edits('runtime/operator/campaign/close.ts', CAMPAIGN, [
    ['if (progress.undecided > 0 && why === undefined) {', 'if (false) {'],
    ['if (progress.closed) {', 'if (false) {'],
  ]),
  ...edits('runtime/operator/campaign/verify.ts', CAMPAIGN, [
    ['!known.has(id) && ', ''],
    ['findings.length === 0 && strangers.length === 0 && signed !== undefined', 'findings.length === 0 && signed !== undefined'],
  ]),
  ...edits('runtime/operator/campaign/verify-package.ts', CAMPAIGN, [
    ['if (envelope.keyId !== keyId) {', 'if (false) {'],
    ['if (!this.open.delete(agentName)) {', 'if (this.open.delete(agentName) && false) {'],
    ['await firstText(this.source, eventCopyKey(placement, last.sequence)) !== canonicalJson(last)', 'false'],
    ['if (await textWithHash(this.source, key, sha256) === undefined) {', 'if (false) {'],
  ]),
  ...edits('src/aws/iam/quotas.ts', ['test/aws/iam/quotas.test.ts'], [
    ["'aws-us-gov'.length", "'aws'.length"],
    [".replace(/\\s/g, '').length", '.length'],
  ]),
  ...edits('src/core/scoped-defaults.ts', ['test/core/scoped-defaults.test.ts'], [
    ['if (reader !== undefined) {', 'if (false) {'],
    ['value !== undefined && value !== null', 'true'],
    ['scopes.filter((each) => !this.readBy.has(each)).forEach((each) => this.readBy.set(each, path));', ''],
  ]),
  ...edits('src/core/csv.ts', ['test/core/csv.test.ts'], [
    [".replace(/\"\"/g, '\"')", ''],
    ['line += text.slice(at, next).match(BREAKS)?.length ?? 0;', 'line += 1;'],
    ["return { cells, end: text.length, fault: 'a quoted", "return { cells, end: at + 1, fault: 'a quoted"],
  ]),
  ...edits('src/core/row-faults.ts', ['test/aws/agent-fleet/faults.test.ts'], [
    ['if (this.any) {', 'if (this.found.length > 1) {'],
    ['.sort((a, b) => (a.row ?? 0) - (b.row ?? 0))', ''],
  ]),
  ...edits('src/core/cell.ts', ['test/aws/agent-fleet/faults.test.ts'], [
    ['if (FORMULA.test(requirePlainText(what, cell))) {', 'if (FORMULA.test(cell)) {'],
    ['if (FORMULA.test(requirePlainText(what, cell))) {', 'if (requirePlainText(what, cell) === undefined) {'],
  ]),
  ...edits('src/aws/agent-fleet/fleet-table.ts', ['test/aws/agent-fleet/faults.test.ts'], [
    ['if (rows.length === 0) {', 'if (false) {'],
    ['if (records.length === 0) {', 'if (false) {'],
    ["fault !== undefined || cells.some((cell) => cell !== '')", 'true'],
  ]),
  ...edits('src/core/csv-table.ts', ['test/aws/agent-fleet/faults.test.ts'], [
    ['return cells.length === columns.length ?', 'return cells.length <= columns.length ?'],
    ["new TextDecoder('utf-8', { fatal: true })", "new TextDecoder('utf-8')"],
  ]),
  ...edits('src/aws/agent-fleet/fleet-row.ts', ['test/aws/agent-fleet/faults.test.ts'], [
    ["this.check('sponsorBackup', () => requireValid(sponsor));", ''],
    ['    this.checkTogether();\n', ''],
    ['if (!allowed.has(name)) {', 'if (false) {'],
  ]),
  ...edits('src/aws/agent-fleet/agent-fleet.ts', ['test/aws/agent-fleet/faults.test.ts', 'test/aws/agent-fleet/agent-fleet.test.ts'], [
    ['if (name !== undefined && first.has(name)) {', 'if (false) {'],
    ['if (count > agentsPerStack) {', 'if (false) {'],
    ['access === undefined || this.granted.has(access)', 'true'],
    ['.filter(({ row }) => row.access === name)', ''],
  ]),
  ...edits('src/aws/agent-fleet/stack-of-agent.ts', ['test/aws/agent-fleet/agent-fleet.test.ts'], [
    ['`${name}\\0${agentName}`', 'agentName'],
    ['`${name}\\0${agentName}`', '`${stackNames.length}${name}${agentName}`'],
  ]),
  ...edits('runtime/catalogue/sync.ts', ['test/runtime/catalogue/sync.test.ts', 'test/runtime/catalogue/sync-laws.test.ts'], [
    ['OVERTAKEN.includes(error.name)', 'OVERTAKEN.length === 0'],
    ["if (next === 'done')", "if (next !== 'wait')"],
  ]),
  ...edits('runtime/catalogue/next-step.ts', ['test/runtime/catalogue/sync.test.ts'], [
    ["wanted.kind === 'unknown' || NEVER_MADE.includes(status)", "wanted.kind === 'unknown'"],
    ["if (status === 'DEPRECATED') {\n    return 'delete';", "if (status === 'DEPRECATED') {\n    return 'update';"],
    ["status === 'DRAFT' ? 'submit' : 'done'", "status !== 'APPROVED' ? 'submit' : 'done'"],
    ['one.displayName === other.displayName', 'true'],
    ['deleteAfterSeconds * 1000 <= now.getTime()', 'deleteAfterSeconds * 1000 < now.getTime()'],
  ]),
  ...edits('runtime/catalogue/records.ts', ['test/runtime/catalogue/sync.test.ts'], [
    ['one.name === name', 'one.name!.startsWith(name)'],
    ['found.recordType !== RECORD_TYPE', 'found.recordType === undefined'],
    ['tags: { [CATALOGUE_TAG]: this.tag }', 'tags: { [CATALOGUE_TAG]: this.arn }'],
  ]),
  ...edits('runtime/catalogue/wanted.ts', ['test/runtime/catalogue/sync.test.ts'], [
    ['certifiedEnd(state) ?? declared.expiresAt', 'declared.expiresAt'],
    ['(showsMail ? {', '(!showsMail ? {'],
  ]),
  ...edits('runtime/catalogue/reconcile.ts', ['test/runtime/catalogue/reconcile.test.ts'], [
    ['!isLiving[index]', 'isLiving[index] !== undefined'],
    ['agent.account !== account || isKept', 'isKept'],
    ['index * SPREAD_SECONDS / agents.length', '0 * index'],
  ]),
  ...edits('runtime/model/cost-lookup.ts', ['test/runtime/engine/costs.test.ts'], [
    ['answer.unanswered === true && known?.amount !== undefined', 'answer.unanswered === true && known === undefined'],
    ['amount === undefined || unit === undefined ? undefined : { amount, currency: unit }', '{ amount: amount ?? 0, currency: unit ?? \'USD\' }'],
  ]),
  ...edits('runtime/engine/agenda/entries/costs.ts', ['test/runtime/engine/costs.test.ts'], [
    ["state.status === 'active' && looksUpCosts === true", "state.status === 'active'"],
    ['isNew ? soonest(costs.at) : costs.nextAt', 'costs.nextAt'],
  ]),
  ...edits('runtime/signals/collect.ts', ['test/runtime/signals/collect.test.ts'], [
    ['Math.max(Date.parse(event.time), cursor?.atMs ?? 0)', 'Date.parse(event.time)'],
    ['first !== undefined || Date.parse(event.time) >= recent', 'true'],
  ]),
  ...edits('runtime/signals/deliver.ts', ['test/runtime/signals/deliver.test.ts'], [
    ['status === 202', 'status < 300'],
    ['refused.add(signal.about);', ''],
    ['!await signals.lease(stream.id, claim, now())', 'claim === await String(signals.lease(stream.id, claim, now()))'],
  ]),
  ...edits('runtime/signals/access-tokens.ts', ['test/runtime/signals/authorization.test.ts'], [
    ['|| !isSame(mac, macOf(secret, text))', '|| false'],
    ['read.stream === stream && ', ''],
    ['read.exp * 1000 > now.getTime()', 'true'],
  ]),
  ...edits('runtime/signals/token-endpoint.ts', ['test/runtime/signals/authorization.test.ts'], [
    ['known.length < SHORTEST_SECRET || ', ''],
    ['|| !isSame(known, client.secret)', '|| false'],
  ]),
  ...edits('runtime/signals/create-stream.ts', ['test/runtime/signals/create-stream.test.ts'], [
    ['push.endpoint === normal(url)', 'true'],
    ['|| header !== undefined', '|| false'],
    ['if (delivered.length < SUPPORTED.length) {', 'if (false) {'],
  ]),
  ...edits('runtime/aws/cuts/third-parties.ts', ['test/runtime/engine/revocations.test.ts'], [
    ['return { id, isCut: false, was: null, unseen: reasonOf(error) };', 'throw error;'],
  ]),
  ...edits('runtime/engine/steps/beyond-reach.ts', ['test/runtime/engine/revocations.test.ts'], [
    ['...accountsOf(state), ', ''],
  ]),
  ...edits('runtime/notifications/templates/left.ts', ['test/runtime/notifications/dependants.test.ts'], [
    ['return open.length === 0', 'return true'],
  ]),
  ...edits('runtime/audit/report/collect-report.ts', ['test/runtime/audit/report.test.ts'], [
    ['noLongerPaid: paidIn(sections)', 'noLongerPaid: {}'],
  ]),
  ...edits('runtime/signals/endpoint.ts', ['test/runtime/signals/endpoint.test.ts'], [
    ['push === undefined && route ===', 'route ==='],
    ["'error=\"invalid_token\", '", "''"],
    ['mine.length === 0 && unread !== undefined', 'unread !== undefined'],
    ['streams.filter((_, index) => granted[index].length > 0)', 'granted.flat().length > 0 ? [...streams] : []'],
  ]),
  ...edits('runtime/signals/event-types.ts', ['test/runtime/signals/deliver.test.ts'], [
    ['reason_admin: { en: reason }', 'reason_admin: {}'],
  ]),
  ...edits('runtime/revokers/run-order.ts', ['test/runtime/revokers/scim.test.ts', 'test/runtime/revokers/http.test.ts'], [
    ['return goal.includes(now)', 'return failure === undefined'],
    ['if (failure?.retryAfterSeconds !== undefined) {', 'if (false) {'],
  ]),
  ...edits('runtime/revokers/outbound.ts', ['test/runtime/revokers/outbound.test.ts'], [
    ['!isPrivate && addresses.some(({ address }) => !isPublicAddress(address))', 'false'],
    ['!isPrivate && isIP(literal) !== 0 && !isPublicAddress(literal)', 'false'],
  ]),
  ...edits('runtime/revokers/secrets.ts', ['test/runtime/revokers/http.test.ts'], [
    ['!listed(hosts).includes(url.host)', 'false'],
  ]),
  ...edits('runtime/engine/steps/revoke.ts', ['test/runtime/engine/revocations.test.ts'], [
    ["return outcome === 'confirmed' ?", 'return true ?'],
    ['return tries === 0 || record.waits !== true;', 'return true;'],
  ]),
  ...edits('runtime/engine/steps/revoke.ts', ['test/runtime/engine/orders.test.ts'], [
    ['record.waits === true && !isOrdered(record);', 'record.waits === true;'],
    ["!(report.outcome === 'awaiting' && record.attempts === 0)", 'true'],
    ['heard.confirmed !== undefined || !isAsked', '!isAsked'],
    ['{ ...asked, note: heard.note }', 'asked'],
    ['since: record.since', 'since: undefined'],
  ]),
  ...edits('runtime/engine/answered-orders.ts', ['test/runtime/engine/orders.test.ts'], [
    ['saysRemoved(answer)', 'true'],
    ["(record.found !== undefined && record.found !== 'absent')", 'false'],
    ['since })', "since: '' })"],
  ]),
  ...edits('runtime/ledger/order-ledger.ts', ['test/runtime/engine/orders.test.ts'], [
    ["'attribute_not_exists(pk) OR isLast = :no'", "'attribute_not_exists(pk)'"],
    ['isLast: saysRemoved(answer),', 'isLast: false,'],
  ]),
  ...edits('src/contract/orders.ts', ['test/runtime/engine/orders.test.ts', 'test/runtime/revokers/queue.test.ts'], [
    ["failure === undefined && now === 'absent'", "now === 'absent'"],
    ['settings: settings as never, since', 'settings: settings as never'],
    ['name.startsWith(before) && ', ''],
  ]),
  ...edits('runtime/revokers/hear-answer.ts', ['test/runtime/revokers/queue.test.ts'], [
    ['claims.aud !== worker || ', ''],
    [' || claims.iss !== orderIssuer(account, registry)', ''],
    ['.regex(FAILURE_CODE)', ''],
  ]),
  ...edits('runtime/revokers/order-token.ts', ['test/runtime/revokers/queue.test.ts'], [
    ["|| !verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))", ''],
    ['z.literal(ORDER_TYPE)', 'z.string()'],
  ]),
  ...edits('runtime/revokers/run-order.ts', ['test/runtime/revokers/queue.test.ts'], [
    ["if (action !== 'revoke') {", 'if (false) {'],
  ]),
  ...edits('src/aws/lifecycle-registry/worker-parts.ts', ['test/aws/lifecycle-registry/on-premises-worker.test.ts'], [
    ["queue.addToResourcePolicy(noOther('OnlyTheWorkerTakes', role, TAKES, queue.queueArn));", ''],
    ["queue.addToResourcePolicy(noOther('OnlyTheRegistrySends', roles.get(names.revokerRole)!, ['sqs:SendMessage'], queue.queueArn));", ''],
    ["queue.addToResourcePolicy(noOther('OnlyTheWorkerSends', role, ['sqs:SendMessage'], queue.queueArn));", ''],
    ["key.addToResourcePolicy(noOther('OnlyTheRegistrySigns', signer, ['kms:Sign']));", ''],
  ]),
  ...edits('examples/on-premises-worker/carry-out.ts', ['test/e2e/directory-worker.test.ts'], [
    ["wasDone ? 'OrderRepeated' : objectionTo(account, order)", 'objectionTo(account, order)'],
    ['!descriptions.includes(`nhi:${registry}/${agentName}`)', 'false'],
    ["createdAt > sentAt ? 'AccountNewer' : undefined", 'undefined'],
  ]),
  ...edits('runtime/revokers/kinds/http.ts', ['test/runtime/revokers/http-suspension.test.ts'], [
    ["if (typeof json !== 'object' || json === null) {", 'if (false) {'],
    ['&& Object.hasOwn(part, token) ?', '?'],
    ["['string', 'number', 'boolean'].includes(typeof value) && ", ''],
    ['if (inactiveStatuses.includes(status)) {', 'if (false) {'],
  ]),
  ...edits('src/revokers/kinds/http.ts', ['test/aws/revokers/revoker.test.ts'], [
    ['onSuspend: suspension !== undefined', 'onSuspend: false'],
    ['if (inactiveStatuses === undefined && inactiveField === undefined) {', 'if (false) {'],
    ['[present, absent, inactiveStatuses]', '[present, absent]'],
  ]),
  ...edits('runtime/engine/decision/join.ts', JOIN_AGAIN, [
    ["state.status === 'left') {\n    return notSuspended(state, request) ?? stillRevoking(state, request, context)", "state.status === 'left') {\n    return notSuspended(state, request)"],
    ['    }\n    return notSuspended(state, request) ?? stillRevoking(state, request, context)', '    }\n    return notSuspended(state, request)'],
  ]),
  ...edits('runtime/engine/decision/decide.ts', JOIN_AGAIN, [
    [' ?? revokedMeanwhile(state, profiled, context))', ')'],
  ]),
  ...edits('runtime/engine/decision/open-revocations.ts', JOIN_AGAIN, [
    ['declared.some((one) => one.kind === revoker.kind && one.id === declaredId(revoker))', 'true'],
    ['declared.every((one) => !maySameAccount(one, revoker, agentName))', 'true'],
    ['acting.length > MOST_FORMER_REVOKERS ? acting', 'false ? acting'],
  ]),
  ...edits('runtime/model/same-account.ts', JOIN_AGAIN, [
    [".normalize('NFKC').toLowerCase().replace(/\\s+/g, ' ').trim()", ''],
    ["kind === 'http' ? JSON.stringify([url, headers, body]).includes(SUBJECT) : !UNNAMED.includes(kind)", 'true'],
    ['[url, headers, body]', 'settings'],
    [', secretArn],', '],'],
  ]),
  ...edits('runtime/model/revocation.ts', JOIN_AGAIN, [
    ['mayStillAct(record, now) || record.openIn !== undefined', 'mayStillAct(record, now)'],
    ['record.confirmed === undefined || (mayActUntil(record)?.getTime() ?? 0) > now.getTime()', 'record.confirmed === undefined'],
    ['Math.max(now.getTime(), ...others)', 'now.getTime()'],
    ["status === 'leaving' ? [...revocations] : ", ''],
  ]),
  ...edits('runtime/engine/steps/revoke.ts', JOIN_AGAIN, [
    ['if (isUsedAgain(state, record)) {', 'if (false) {'],
  ]),
  ...edits('runtime/model/same-account.ts', JOIN_AGAIN, [
    ['settings, subject }), subject]', 'settings, subject }), subject.toLowerCase()]'],
  ]),
  ...edits('runtime/aws/cuts/third-parties.ts', JOIN_AGAIN, [
    ['const id = `${declaredId(revoker)}~${digest}`;', 'const id = declaredId(revoker);'],
  ]),
  ...edits('runtime/evidence/revocation-differences.ts', JOIN_AGAIN, [
    ['return isContinued ? []', 'return true ? []'],
  ]),
  ...edits('runtime/handlers/revoker.ts', ['test/runtime/handlers/revoker.test.ts'], [
    ['const asked = await askedBy(event);', 'const asked = order.parse(event);'],
    ['if (taken === undefined) {', 'if (false) {'],
  ]),
  ...edits('runtime/ledger/ask-ledger.ts', ['test/runtime/handlers/revoker.test.ts'], [
    [' || asked.ttl * 1000 < now.getTime()', ''],
  ]),
  ...edits('runtime/engine/loaded-request.ts', ['test/runtime/engine/suspend.test.ts'], [
    ['withPlan(await loadOpen(engine, input), input)', 'withPlan(await loadRequest(engine, input), input)'],
  ]),
  ...edits('src/aws/lifecycle-registry/features/revocations.ts', ['test/aws/lifecycle-registry/revocations.test.ts'], [
    ["onRows([asks], allow('TakeAsked', ['dynamodb:DeleteItem'], [table]))", "allow('TakeAsked', ['dynamodb:DeleteItem'], [table])"],
  ]),
  ...edits('runtime/revokers/kinds/github-app.ts', GITHUB_APP, [
    ["requireApp(given, await ask('GET', 'app'));", ''],
    ['if (status !== 200 || said !== clientId) {', 'if (status !== 200) {'],
    ['String(data.id) !== given.installationId || ', ''],
    ["data.suspended_at == null ? 'active' : 'inactive'", "'active'"],
    ['laterToo: LATER_TOO,', ''],
    ['if (status !== DONE) {', 'if (false) {'],
  ]),
  ...edits('runtime/revokers/app-token.ts', GITHUB_APP, [
    ['requireMeant(description, use);', ''],
    ['if (use.githubApp !== clientId) {', 'if (false) {'],
    ['if (!listed(use.hosts).includes(url.host)) {', 'if (false) {'],
    ['use.installations[installationId] !== owner', 'false'],
    ['keys.sign(keyArn, text)', 'keys.sign(use.keyArn, text)'],
    ['iat: at - BEFORE_SECONDS', 'iat: at'],
  ]),
  ...edits('runtime/revokers/outbound.ts', GITHUB_APP, [
    ["left === '0' && typeof reset === 'string'", "typeof reset === 'string'"],
    ['(seconds !== undefined && request.laterToo?.includes(answer.status) === true)', 'request.laterToo?.includes(answer.status) === true'],
  ]),
  ...edits('src/aws/agent-identity/agent-revoker-keys.ts', ['test/aws/revokers/revoker.test.ts'], [
    ['githubApp !== settings.clientId || installations[installationId] !== owner', 'githubApp !== settings.clientId'],
    ["if (!hosts.split(' ').includes(host)) {", 'if (false) {'],
    ['isOther(account, place.account) || isOther(region, place.region)', 'isOther(account, place.account)'],
  ]),
  ...edits('src/aws/lifecycle-registry/github-app-key.ts', ['test/aws/lifecycle-registry/github-app-key.test.ts'], [
    ["denied('OnlyTheRegistrySigns', ['kms:Sign'], { ArnNotEquals: { 'aws:PrincipalArn': signer } }),", ''],
    ["denied('NoGrants', ['kms:CreateGrant'], {}),", ''],
    [", conditions: { StringEquals: { 'kms:SigningAlgorithm': RS256_OF_KMS } }", ''],
  ]),
  ...edits('runtime/model/revocation.ts', ['test/runtime/engine/revocations.test.ts'], [
    ["kind === 'github-app' ? others : settings", 'settings'],
  ]),
  ...edits('runtime/model/same-account.ts', JOIN_AGAIN, [
    ['/app/installations/${String(installationId)}', '/app'],
  ]),
  ...edits('runtime/aws/revokers/ask-revoker.ts', HUMAN, [
    ["if (kind === 'human') {", 'if (false) {'],
  ]),
  ...edits('runtime/engine/steps/revoke.ts', HUMAN, [
    ['if (isLeave && humanTaskOf(record.revoker) === undefined) {', 'if (isLeave) {'],
    ['isReminder ? [openEvent(state, record, isReminder)] : [];', 'false ? [openEvent(state, record, isReminder)] : [];'],
    ["!(report.outcome === 'awaiting' && record.attempts === 0)", 'true'],
    ['Math.min(PEOPLE.longestSeconds, ', 'Math.max(0, '],
    ['isOver || humanTaskOf(record.revoker) !== undefined', 'isOver'],
  ]),
  ...edits('runtime/engine/decision/confirmed-by.ts', HUMAN, [
    ["&& proven.purpose === 'revocation'", ''],
    ['team?.includes(by) === true', 'team !== undefined'],
    ['confirmation === revocationReference(record)', 'true'],
    ['state.principals[session.roleId] !== undefined', 'false'],
    ['session === undefined && team !== undefined', 'false'],
  ]),
  ...edits('runtime/engine/steps/revocation-part.ts', HUMAN, [
    ['listed.every(isConfirmed)', 'listed.some(isConfirmed)'],
    ['revocations = revocations.map((record) => without(record, certificate));', ''],
  ]),
  ...edits('runtime/engine/steps/settle.ts', HUMAN, [
    ['planned.revocations ?? loaded.state?.revocations ?? []', 'planned.revocations ?? []'],
  ]),
  ...edits('runtime/engine/agenda/entries/revocation.ts', HUMAN, [
    ['...uncertified(state).map((at) => Date.parse(at)),', ''],
  ]),
  ...edits('runtime/databases/statements.ts', DATABASE, [
    ['`${COMMENT(user)} IS DISTINCT FROM ${quotedText(mark)}`', "'false'"],
    ['rolcanlogin OR ${MIGHT}', '${MIGHT}'],
    ['`DROP OWNED BY ${quotedName(user)};`', "''"],
    ['`REASSIGN OWNED BY ${quotedName(user)} TO ${quotedName(keeper)};`', "''"],
    ["LOOP EXECUTE format('REVOKE %I FROM %I'", "LOOP EXECUTE format('GRANT %I TO %I'"],
    ['EXISTS (SELECT FROM ${undeclared})', 'false'],
    [' REVOKE ADMIN OPTION FOR ${quotedName(role)} FROM ${quotedName(user)};', ''],
    ["s.refclassid ${EQUALS} CAST(CAST('pg_catalog.pg_authid' AS pg_catalog.regclass) AS pg_catalog.oid)", "s.refclassid = CAST('pg_authid' AS regclass)"],
    ['CAST(0 AS pg_catalog.oid)', 'CAST(1 AS pg_catalog.oid)'],
  ]),
  ...edits('runtime/databases/quoted.ts', DATABASE, [
    ['name !== IAM_ROLE && !DATABASE_NAME.test(name)', 'false'],
  ]),
  ...edits('runtime/databases/user.ts', DATABASE, [
    ['mark !== this.named.mark', 'false'],
    ['    await this.endSessions();\n', ''],
    ['found.canLogIn || found.sessions > 0', 'found.canLogIn'],
  ]),
  ...edits('runtime/databases/own-password.ts', ['test/e2e/database-user-function.test.ts'], [
    ['if (await this.read(token) !== undefined) {', 'if (false) {'],
    ['id === token && !stages.includes(CURRENT)', 'true'],
  ]),
  ...edits('runtime/handlers/database-user.ts', ['test/e2e/database-user-function.test.ts'], [
    ['!isForeign && !await isLeaving(StackId)', '!isForeign'],
    ["return stack?.StackStatus === 'DELETE_IN_PROGRESS';", 'return true;'],
    ['SecretId !== declared.secret || ', ''],
  ]),
  ...edits('src/aws/agent-identity/credentials/agent-database-user.ts', ['test/aws/agent-identity/database-user.test.ts'], [
    ['&& !stage.profile.longLivedKeysAllowed', '&& false'],
    ["actions: ['rds-data:ExecuteStatement'], resources: [cluster.clusterArn]", "actions: ['rds-data:ExecuteStatement'], resources: ['*']"],
    ['user.node.addDependency(lifecycle, maker, role, cluster);', 'user.node.addDependency(maker, role, cluster);'],
  ]),
  ...edits('runtime/model/revocation.ts', HUMAN, [
    ["return { id: declaredId({ id }), subject: settings.subject ?? '' };", 'return settings;'],
  ]),
  ...edits('runtime/model/same-account.ts', HUMAN, [
    ["id.split('~')[0]", 'id'],
  ]),
  ...edits('runtime/evidence/revocation-differences.ts', ['test/runtime/evidence/revocation-differences.test.ts'], [
    ['target === undefined || target === targetDigest(record.revoker)', 'true'],
    ['if (confirmed === undefined) {', 'if (false) {'],
    ['added.map((id)', '[].map((id)'],
    ['missing.map((id)', '[].map((id)'],
  ]),
  ...edits('runtime/review-page/revocation-case.ts', ['test/runtime/review-page/revocations.test.ts'], [
    ['|| !task.team.includes(proof.email)', ''],
    ["link?.purpose === 'revocation' && link.account === account && link.agentName === agentName && link.reviewId === reference", "link?.purpose === 'revocation'"],
    ["done !== 'yes'", 'false'],
  ]),
  ...edits('runtime/review-page/revocation-routes.tsx', ['test/runtime/review-page/revocations.test.ts'], [
    ["!isFormOf(session, fields?.get('form') ?? null)", 'false'],
  ]),
  ...edits('runtime/certification/reviewer.ts', ['test/runtime/review-page/revocations.test.ts'], [
    ["proven.proof === 'mail-link' && proven.purpose === 'revocation' ? undefined : ", ''],
  ]),
  // Whose turn it is.
  ...edits('runtime/engine/steps/turn.ts', ['test/runtime/engine/turn.test.ts', 'test/runtime/engine/ended.test.ts'], [
    ['turn === undefined || turn.execution !== input.execution', 'turn === undefined'],
    ['  if (!isDue) {\n    return notDue(engine, input, `the next one is ${turn.progress.next}`);\n  }\n', ''],
    ['  if (isEarly) {', '  if (false) {'],
    ['holder !== input.execution && ', 'false && '],
    ["input.step === 'Watch' || (RESPOND.includes(input.step) && (await loadRequest(engine, input)).answered)", "['Settle', 'Watch'].includes(input.step)"],
    ['{ ...input, ...believed(turn, input) }', 'input'],
    ['turn.done === input.step && (!isDue || isEarly)', 'false'],
  ]),
  ...edits('runtime/engine/steps/confirmed-failure.ts', ['test/runtime/engine/turn.test.ts', 'test/runtime/engine/ended.test.ts'], [
    ["return name === 'Fail' ? failed", 'return name !== undefined ? failed'],
    ['  await engine.pause(KNOWN_AFTER_MS);\n', ''],
    ['(ENDED_EXECUTION.statuses as readonly string[]).includes(status)', "status !== 'RUNNING'"],
  ]),
  ...edits('runtime/engine/steps/begin.ts', ['test/runtime/engine/steps/begin.test.ts'], [
    ['  if (execution !== input.execution) {', '  if (false) {'],
    ['  await engine.pause(KNOWN_AFTER_MS);\n', ''],
  ]),
  ...edits('runtime/suspension/drill.ts', ['test/runtime/suspension/drill.test.ts'], [
    ["error.name === 'ExecutionDoesNotExist'", 'false'],
  ]),
  ...edits('runtime/aws/revokers/ask-revoker.ts', JOIN_AGAIN, [
    ['    if (failure !== undefined || payload === undefined) {\n', '    if (failure !== undefined || payload === undefined) {\n      await askIsOver({ account, agentName }, invocation.ask);\n'],
    ['.catch(() => undefined)', ''],
  ]),
  ...edits('runtime/engine/steps/begin.ts', JOIN_AGAIN, [
    ["      await noneUnderWay(engine, asked, 'revoke', 'suspend');\n", ''],
    ["asked, 'revoke', 'suspend'", "asked, 'revoke'"],
    ['startDate.getTime() + CLOCK_MS <= Date.parse(askedAgainAt)', 'false'],
    ["      await noneUnderWay(engine, request, 'suspend').catch(released);\n", ''],
    ['.catch(released);\n    }', ';\n    }'],
  ]),
  ...edits('runtime/engine/steps/under-way.ts', JOIN_AGAIN, [
    [', ...(intent.declared.revokers ?? [])]', ']'],
    ["placement, ['resume'], engine", "placement, ['suspend'], engine"],
  ]),
  ...edits('runtime/engine/steps/cut.ts', JOIN_AGAIN, [
    ['return until === undefined ? advance', 'return true ? advance'],
    ['one.name === THIRD_PARTIES ? mayLift : []', '[]'],
  ]),
  ...edits('runtime/engine/steps/revoke.ts', JOIN_AGAIN, [
    ['  if (until !== undefined) {', '  if (false) {'],
    ['    await deactivate(engine, state);\n', ''],
    [' && !isUsedAgain(state, record));', ');'],
  ]),
  ...edits('runtime/engine/decision/suspend.ts', JOIN_AGAIN, [
    [', askedAgainAt: now.toISOString()', ''],
  ]),
  ...edits('src/contract/callers.ts', ['test/runtime/engine/decision/narrowing.test.ts'], [
    ["callerIn(text)?.relation !== 'reads'", 'true'],
  ]),
  ...edits('src/aws/agent-identity/event-readers.ts', ['test/aws/agent-identity/event-readers.test.ts'], [
    ['reached.forEach((place) => leads', '[...reached].forEach((place) => leads'],
    ['reader.registry.registryName === registry.registryName &&', ''],
    [' && Stack.of(reader.agent).account === account', ''],
    ['filter((name) => name !== agentName)', 'filter(() => true)'],
    ['names.slice(0, MOST_READERS)', 'names'],
    ['({ live, statement }) => live && statement.effect', '({ statement }) => statement.effect'],
    [' && statement.effect === iam.Effect.ALLOW', ''],
    [' && !hasWildcard(text)', ''],
    ['one !== undefined && services.includes(one.service)', 'one !== undefined'],
    ['isSent || attribute === STREAM', 'true'],
    ['  if (length !== 1) {', '  if (length < 1) {'],
    [' && !isOverridden(node)', ''],
    ['sources.length > 0 && sources.every', 'false && sources.every'],
    ["return [busAt(region, account, 'default')];", 'return [];'],
    ['[...compute, ...placesOf(declarations, READS)]', 'placesOf(declarations, READS)'],
    ['in ${region} of', 'of'],
  ]),
  ...edits('runtime/engine/steps/restore.ts', ['test/runtime/engine/suspend.test.ts'], [
    ['  if (denied.length === 0 && restored.length === 0) {', '  if (restored.length === 0) {'],
  ]),
  ...edits('runtime/sweep/run-step.ts', SWEEP, [
    ['!await isRunning(execution)', 'false'],
    ['{ ...known, ...(sweep?.next', '{ ...known, ...sweep, ...(sweep?.next'],
    ['return known ?? await', 'return await'],
  ]),
  ...edits('runtime/handlers/agenda.ts', ['test/runtime/handlers/agenda.test.ts'], [
    ["return status === 'RUNNING';", 'return status !== undefined;'],
  ]),
  ...edits('runtime/engine/agenda/teardown.ts', ['test/runtime/sweep/agenda.test.ts'], [
    ['isTold && trouble?.code !== code', 'isTold'],
    ['(isStuck ? waitMs(times) : AGAIN_AFTER_MS)', 'AGAIN_AFTER_MS'],
  ]),
  ...edits('runtime/engine/agenda/waiting.ts', FORMER, [
    ['Math.min(DAY_MS, HOUR_MS * 2 ** Math.min(times, 10))', 'HOUR_MS'],
    ['return times === 0 ? plan : withWait', 'return times >= 0 ? plan : withWait'],
  ]),
  ...edits('runtime/engine/decision/attend.ts', FORMER, [
    ['context.unreadable !== undefined', 'false'],
  ]),
  ...edits('runtime/engine/observation/credentials.ts', FORMER, [
    ['Math.abs(now - known.at) < VALID_MS', 'false'],
    ['Math.abs(now - known.at) < VALID_MS', 'true'],
  ]),
  ...edits('runtime/engine/steps/deleted-credentials.ts', FORMER, [
    [" || transition === 'retire')", ')'],
  ]),
  ...edits('runtime/suspension/respond.ts', ['test/runtime/suspension/respond.test.ts'], [
    ["detail.eventName === 'ImportApiKeys'", 'false'],
  ]),
  ...edits('runtime/engine/decision/decide.ts', ['test/runtime/engine/decision/decide-update.test.ts'], [
    ['isUndoing ? undefined : longLivedKeys', 'longLivedKeys'],
    ['(isUndoing ? undefined : tooManyRevokers', '(tooManyRevokers'],
  ]),
];

function edits(file: string, tests: readonly string[], changes: readonly (readonly [text: string, replacement: string])[]): Mutant[] {
  return changes.map(([text, replacement]) => ({ file, text, replacement, tests }));
}
