import { Construct } from 'constructs';
import { AgentKey } from './agent-key';
import { requireOthersSecret, revokerProperties, secretsOf } from './agent-revokers';
import { checkedProps } from './checked-props';
import { Declaration, declare } from './declarations';
import { keepEnabled } from './enabled';
import { checkEnd } from './end';
import { ManagedAgentIdentityProps } from './managed-agent-identity-props';
import { claimPlacement } from './placements';
import { guardPool } from './pool-guard';
import { preflight } from './preflight';
import { accountEmail, accountId, accountName, agentAddress, leaverAddress, ownSecretsAddress, partAddress } from '../../contract/google';
import { AgentStage, Expiry } from '../../core';
import { InvalidInputError } from '../../core/errors';
import { withPath } from '../../core/scope';
import { shown } from '../../core/shown';
import { sponsorToRecord } from '../../core/sponsor-record';
import { AgentAccess } from '../access/agent-access';
import { AgentGrant } from '../access/agent-grant';
import { DeclaredAccess } from '../access/declared-access';
import { untilExpiry } from '../access/expiry-condition';
import { GRANT_KINDS, GrantKind } from '../access/grant-kinds';
import { description, displayName } from '../account-texts';
import { attribute, isUnresolved, lazily, replaceWith, TerraformData, TerraformResource } from '../cdktf';
import { IGoogleProvider } from '../google-provider';
import { endAtExpiry } from '../janitor/expiry-job';
import { Janitor } from '../janitor/janitor';
import { actorOf, tellEvents } from '../lifecycle-registry/agent-events';
import { ILifecycleRegistry } from '../lifecycle-registry/lifecycle-registry-ref';
import { requireStages } from '../lifecycle-registry/registry-shape';
import { ServiceAccount, ServiceAccountIamMember, ServiceAccountKey } from '../provider';
import { Roster } from '../teardown/roster';
import { teardownJson } from '../teardown/teardown-json';
import { teardownProvisioner } from '../teardown/teardown-provisioner';
import { verbatim } from '../terraform-text';
import { useProvider } from '../use-provider';

/**
 * A non-human identity with its lifecycle: deploying it makes the agent join, changing its stage moves it, removing it makes it leave.
 *
 * It consists of three groups of Terraform resources, whose order is the protocol: the account, the lifecycle (whose destruction wipes what people
 * created outside of the pipeline), the grants. Terraform destroys them in reverse order. A change of stage replaces the account at the same address,
 * and Terraform destroys before it creates.
 */
export class ManagedAgentIdentity extends Construct {
  /** Name of the agent. */
  public readonly agentName: string;

  /** The current stage of the agent. */
  public readonly stage: AgentStage;

  /** Email address of the account, known after the account was created. Use it for the compute that runs as the agent. */
  public readonly email: string;

  /** The account as a member of policies, known after the account was created. */
  public readonly member: string;

  /** The account's id within its project. */
  public readonly accountId: string;

  /** Email address of the identity that disables the agent at its end. */
  public readonly janitorEmail: string;

  /** The audience that a federated workload's credentials must name: its provider, known after it was created. Undefined without federation. */
  public readonly federationAudience?: string;

  /** The agent in its current stage. */
  public readonly access: AgentAccess;

  private readonly expires: Expiry;
  private readonly registry?: ILifecycleRegistry;
  private readonly provider?: IGoogleProvider;
  private readonly own: (attributeName: string) => string;
  private readonly lifecycle: TerraformData;
  private readonly declarations: Declaration[] = [];
  private readonly revokerSecrets: readonly string[];

  constructor(scope: Construct, id: string, props: ManagedAgentIdentityProps) {
    super(scope, id);
    const checked = checkedProps(this, props);
    const { agentName, project, purpose, sponsor, stage, expires, runtime, registry, region, provider, keys, ownSecrets, revokers } = checked;
    [this.agentName, this.stage, this.expires, this.registry, this.provider] = [agentName, stage, expires, registry, provider];
    this.revokerSecrets = secretsOf(revokers);
    keys.forEach((key) => this.checkKey(key));
    this.checkStages([this.stage]);
    claimPlacement(this, this.agentName, project);

    const address = agentAddress(this.agentName);
    this.accountId = accountId(this.agentName, this.stage.name);
    const described = verbatim(description(sponsor, purpose));
    const account = new ServiceAccount(this, 'Account', {
      project,
      accountId: this.accountId,
      displayName: displayName(this.agentName, this.stage, this.expires),
      description: described,
      // A disabled account was disabled for a reason: by the job at its end, or by a person. A deployment must not enable it again. On descriptions
      // see `keepEnabled`.
      lifecycle: { ignoreChanges: ['disabled', 'description'] },
    });
    account.overrideLogicalId(address);
    this.email = account.email;
    this.member = account.member;
    this.own = (name) => attribute('google_service_account', address, name);

    const accountUniqueId = this.own('unique_id');
    const input = { agentName: this.agentName, stage: this.stage.name, expires: this.expires.iso, project, accountEmail: this.own('email'), accountUniqueId };
    const live = () => this.declarations.filter(({ access }) => access.live);
    const records = registry === undefined ? undefined : { bucket: registry.bucketName, topic: registry.topicName, actor: verbatim(actorOf(this)) };
    const beyond = registry?.searchScope === undefined ? undefined : { scope: registry.searchScope, wipedProjects: registry.wipedProjects ?? [] };
    let principals: readonly string[] | undefined;
    const message = this.perGrants(() => teardownJson({ ...input, targets: live(), ownSecrets: [], beyond, records, principals }));
    this.lifecycle = new TerraformData(this, 'Lifecycle', {
      input: message,
      // The unique id identifies the account. An account that is created again under the same address has another id.
      triggers_replace: accountUniqueId,
    });
    this.lifecycle.overrideLogicalId(address);
    const roster = Roster.of(this);
    roster.runAtDestroy(this.lifecycle, address, teardownProvisioner(this, this.stage.name));
    keepEnabled(this, {
      input: message,
      description: described,
      address: partAddress(this.agentName, 'enabled'),
      lifecycle: `terraform_data.${address}`,
      events: registry === undefined ? undefined : `terraform_data.${partAddress(this.agentName, 'events')}`,
    });
    // Destroyed after the account is deleted.
    const { accountUniqueId: _unknown, ...withoutAccount } = { ...input, accountEmail: accountEmail(this.accountId, project) };
    const { revokerSecrets } = this;
    const isWritten = (name: string) => !isUnresolved(name);
    const afterAccount = [preflight(this, partAddress(this.agentName, 'preflight'), this.perGrants(() => (
      teardownJson({
        ...withoutAccount,
        targets: live().filter(({ name }) => isWritten(name)),
        ownSecrets: ownSecrets.filter(isWritten),
        ...revokerSecrets.length === 0 ? {} : { revokerSecrets },
        beyond,
        records,
      }))))];
    if (ownSecrets.length > 0) {
      afterAccount.push(this.wipeAtTheEnd(roster, teardownJson({ ...withoutAccount, targets: [], ownSecrets, records })));
    }
    roster.add(this.agentName, address, this.accountId, this);
    keys.forEach((key) => this.uploadKey(key, roster));

    const janitor = withPath(this, () => Janitor.of(this, project, region, provider));
    this.janitorEmail = janitor.email;
    endAtExpiry(this, {
      janitor,
      serviceAccountId: this.own('name'),
      uniqueId: accountUniqueId,
      accountName: accountName(this.accountId, project),
      name: this.accountId,
      agentName: this.agentName,
      expires: this.expires,
      address: partAddress(this.agentName, 'expiry'),
      lifecycle: `terraform_data.${address}`,
    });

    this.access = this.accessIn(this.stage);
    const binding = withPath(this, () => runtime._bind(this, {
      agentName: this.agentName,
      project,
      allow: (part, role, member) => this.allowToAct(part, role, member),
    }));
    this.federationAudience = binding.federationAudience;
    principals = binding.principals;
    if (binding.pool !== undefined) {
      const { name: pool, addresses: guarded } = binding.pool;
      afterAccount.push(guardPool(this, {
        guarded, address: partAddress(this.agentName, 'pool'), input: teardownJson({ ...withoutAccount, targets: [], ownSecrets: [], pool }),
      }));
    }
    if (registry !== undefined) {
      const leaver = leaverAddress(this.agentName);
      const people = Object.fromEntries(Object.entries(sponsorToRecord(sponsor)).map(([field, text]) => [field, verbatim(text)]));
      tellEvents(this, {
        registry,
        agentName: this.agentName,
        project,
        stage: this.stage.name,
        sponsorId: sponsor.id,
        expires: this.expires,
        accountEmail: accountEmail(this.accountId, project),
        accountUniqueId,
        lifecycleAddress: `terraform_data.${address}`,
        eventsAddress: partAddress(this.agentName, 'events'),
        leaverAddress: leaver,
        record: () => ({
          agentName: this.agentName,
          project,
          accountId: this.accountId,
          registry: registry.registryName,
          topic: registry.topicName,
          // What a suspension uses.
          ...registry.denyScope === undefined ? {} : { denyScope: registry.denyScope },
          ...registry.longestTokenHours === undefined ? {} : { longestTokenHours: registry.longestTokenHours },
          ...principals === undefined ? {} : { principals },
          purpose: verbatim(purpose),
          sponsor: people,
          stage: this.stage.name,
          expires: this.expires.iso,
          runtime: runtime.kind,
          access: this.declaredAccess,
          ...revokers.length === 0 ? {} : { revokers: revokerProperties(revokers) },
        }),
      });
      afterAccount.push(`terraform_data.${leaver}`);
    }
    account.dependsOn = afterAccount;
    useProvider(this, provider);
    checkEnd(this, { agentName: this.agentName, stage: this.stage, expires: this.expires }, new Date());
  }

  /** All declared access in all stages, rendered or dormant. */
  public get declaredAccess(): DeclaredAccess[] {
    return this.declarations.map(({ access }) => access);
  }

  /**
   * Returns the agent in the given stages. If its current stage is one of them, grants are rendered. Otherwise they are recorded and render nothing.
   *
   * Fails with `StageUnknown` for a stage that the registry does not define, and with `StageMissing` without any.
   *
   * @param stages the stages in which the agent has the access
   */
  public accessIn(...stages: AgentStage[]): AgentAccess {
    if (stages.length === 0) {
      throw new InvalidInputError('StageMissing', `${this.node.path}: accessIn() names no stage: name one or more, such as AgentStage.TEST`);
    }
    withPath(this, () => requireStages(stages));
    this.checkStages(stages);
    const names = stages.map(({ name }) => name);
    const live = names.includes(this.stage.name);
    return AgentAccess._of((kind, name, role) => {
      const declaration = declare(this, { agentName: this.agentName, stages: names, live, kind, name, role });
      requireOthersSecret(this, this.revokerSecrets, declaration);
      this.declarations.push(declaration);
      return AgentGrant._of(live, live ? this.grant(declaration) : `terraform_data.${agentAddress(this.agentName)}`);
    });
  }

  /** Returns the address of the grant. */
  private grant({ kind: kindName, name, parts, role, address }: Declaration): string {
    const kind: GrantKind = GRANT_KINDS[kindName];
    const [member, email] = [this.own('member'), this.own('email')];
    // The same grant for several stages renders one resource.
    const made = this.node.tryFindChild(address) as TerraformResource | undefined;
    const grant = made ?? kind.render(this, address, name, parts, { role, member, email, condition: untilExpiry(this.expires) });
    if (made === undefined) {
      this.afterLifecycle(grant, address);
    }
    return `${grant.terraformResourceType}.${address}`;
  }

  private allowToAct(part: string, role: string, member: string): void {
    const address = partAddress(this.agentName, part);
    const [serviceAccountId, condition] = [this.own('name'), untilExpiry(this.expires)];
    this.afterLifecycle(new ServiceAccountIamMember(this, address, { serviceAccountId, role, member, condition }), address);
  }

  /**
   * Own secrets outlive a move. This resource stays while the account is replaced, and is destroyed after the account when the agent leaves. Returns
   * its address.
   */
  private wipeAtTheEnd(roster: Roster, input: string): string {
    const secrets = new TerraformData(this, 'OwnSecrets', { input });
    secrets.overrideLogicalId(ownSecretsAddress(this.agentName));
    // Destroyed before the event `left`: the certificate says what became of the secrets.
    secrets.dependsOn = this.registry === undefined ? undefined : [`terraform_data.${leaverAddress(this.agentName)}`];
    roster.runAtDestroy(secrets, ownSecretsAddress(this.agentName), teardownProvisioner(this));
    return `terraform_data.${ownSecretsAddress(this.agentName)}`;
  }

  /** A text computed from the grants and cached, because it is rendered often. It is computed again when grants are added. */
  private perGrants(produce: () => string): string {
    let made = { grants: -1, text: '' };
    return lazily(() => {
      const grants = this.declarations.length;
      made = made.grants === grants ? made : { grants, text: produce() };
      return made.text;
    });
  }

  private checkKey(key: AgentKey): void {
    if (!this.stage.profile.longLivedKeysAllowed) {
      throw new InvalidInputError('KeysNotAllowed', `${this.node.path}: stage ${this.stage.name} allows no user-managed keys: use a runtime that is attached or federated`);
    }
    if (key.expires.epochSeconds > this.expires.epochSeconds) {
      throw new InvalidInputError('KeyOutlivesAgent', `${this.node.path}: the key ends at ${key.expires.iso}, after the agent at ${this.expires.iso}: use a certificate that ends before it`);
    }
  }

  private uploadKey(key: AgentKey, roster: Roster): void {
    const address = partAddress(this.agentName, 'key', key._fingerprint);
    const resource = new ServiceAccountKey(this, address, {
      serviceAccountId: this.own('name'), publicKeyData: Buffer.from(key.certificate).toString('base64'),
    });
    this.afterLifecycle(resource, address);
    roster.allowKey(resource);
  }

  /** Created after the lifecycle, and so destroyed before it. The teardown then finds no grants of the app itself. */
  private afterLifecycle(grant: TerraformResource, address: string): void {
    useProvider(grant, this.provider);
    grant.overrideLogicalId(address);
    const lifecycle = `terraform_data.${agentAddress(this.agentName)}`;
    grant.dependsOn = [lifecycle];
    // The teardown removes the grant. If an account is created again at the same address, Terraform would consider the grant unchanged, although
    // Google no longer has it.
    replaceWith(grant, `${lifecycle}.id`);
  }

  private checkStages(stages: AgentStage[]): void {
    const known: readonly AgentStage[] = this.registry?.stages ?? [AgentStage.TEST, AgentStage.STAGING, AgentStage.PRODUCTION, this.stage];
    for (const stage of stages) {
      if (!known.some(({ name }) => name === stage.name)) {
        throw new InvalidInputError('StageUnknown',
          `${this.node.path}: stage ${shown(stage.name)} is not known: use ${known.map(({ name }) => name).join(', ')}, or join a registry that has it among its stages`);
      }
    }
  }
}
