import { Construct } from 'constructs';
import { accountId } from './account-id';
import { agentAddress, leaverAddress, ownSecretsAddress, partAddress } from './addresses';
import { AgentDefaults } from './agent-defaults';
import { AgentKey } from './agent-key';
import { Declaration, declare, nameParts } from './declarations';
import { claimPlacement } from './placements';
import { description, displayName } from './readable';
import { AgentStage, Expiry, Sponsor } from '../../core';
import { validateAgentName } from '../../core/agent-name';
import { InvalidInputError } from '../../core/errors';
import { isPast } from '../../core/expiry';
import { requirePurpose } from '../../core/purpose';
import { shown } from '../../core/shown';
import { sponsorToRecord } from '../../core/sponsor-record';
import { AgentAccess } from '../access/agent-access';
import { DeclaredAccess } from '../access/declared-access';
import { untilExpiry } from '../access/expiry-condition';
import { GRANT_KINDS, GrantKind } from '../access/grant-kinds';
import { tellEvents } from '../agent-registry/agent-events';
import { recordAgent } from '../agent-registry/agent-record';
import { IAgentRegistry } from '../agent-registry/agent-registry-ref';
import { AgentRuntime } from '../agent-runtime/agent-runtime';
import { Annotations, attribute, lazily, TerraformData, TerraformResource, verbatim } from '../cdktf';
import { endAtExpiry } from '../janitor/expiry-job';
import { Janitor } from '../janitor/janitor';
import { named } from '../named';
import { accountEmail, requireProjectId } from '../project-id';
import { ServiceAccount, ServiceAccountIamMember, ServiceAccountKey } from '../provider';
import { Roster } from '../teardown/roster';
import { teardownJson } from '../teardown/teardown-input';
import { teardownProvisioner } from '../teardown/teardown-provisioner';

/** What an agent is, who answers for it, and when it ends. */
export interface ManagedAgentIdentityProps {
  /** The agent's permanent name: 3-48 of [a-z0-9-]. */
  readonly agentName: string;

  /** What it is for, 1 to 256 characters. */
  readonly purpose: string;

  /** What it runs on: who may act as its account. */
  readonly runtime: AgentRuntime;

  /**
   * Id of the project that its account lives in; best one for agents alone.
   *
   * @default - that of AgentDefaults; without one it is refused
   */
  readonly project?: string;

  /**
   * Who answers for it.
   *
   * @default - that of AgentDefaults; without one it is refused
   */
  readonly sponsor?: Sponsor;

  /**
   * The stage it is in. Changing it moves the agent.
   *
   * @default - that of AgentDefaults; without one it is refused
   */
  readonly stage?: AgentStage;

  /**
   * Its end. A past one is a warning at synthesis: its access has ended by then.
   *
   * @default - that of AgentDefaults; without one it is refused
   */
  readonly expires?: Expiry;

  /**
   * The registry it joins.
   *
   * @default - that of AgentDefaults; without one it is recorded nowhere but in Google's audit log
   */
  readonly registry?: IAgentRegistry;

  /**
   * Region of the jobs that end it.
   *
   * @default - that of AgentDefaults, else the provider's
   */
  readonly region?: string;

  /**
   * User-managed keys, for a runtime that can neither be attached nor federated. Only for stages whose profile allows long-lived keys.
   *
   * @default - none
   */
  readonly keys?: AgentKey[];

  /**
   * Secrets that are the agent's own and are deleted when it leaves (not when it moves): `projects/<project>/secrets/<id>`.
   *
   * @default - none
   */
  readonly ownSecrets?: string[];
}

/**
 * A non-human identity with its lifecycle: deploying it makes the agent join, changing its stage moves it, removing it makes it leave.
 *
 * Three steps of Terraform resources, whose order is the protocol: the account, the lifecycle (whose destruction wipes what people made past the pipeline),
 * the grants. Destroying goes the other way. A change of stage replaces the account at the same address, and Terraform destroys before it creates.
 */
export class ManagedAgentIdentity extends Construct {
  /** Name of the agent. */
  public readonly agentName: string;

  /** The stage it is in. */
  public readonly stage: AgentStage;

  /** Address of the account, known after the account was made: for the compute that runs as it. */
  public readonly email: string;

  /** The account as a member of policies, known after the account was made. */
  public readonly member: string;

  /** The account's id within its project. */
  public readonly accountId: string;

  /** Address of the identity that disables the agent at its end. */
  public readonly janitorEmail: string;

  /** What a federated workload names as the audience of its credentials: its provider, known after it was made. Without federation undefined. */
  public readonly federationAudience?: string;

  /** The agent in its present stage. */
  public readonly access: AgentAccess;

  private readonly expires: Expiry;
  private readonly registry?: IAgentRegistry;
  private readonly own: (attributeName: string) => string;
  private readonly lifecycle: TerraformResource;
  private readonly declarations: Declaration[] = [];

  constructor(scope: Construct, id: string, props: ManagedAgentIdentityProps) {
    super(scope, id);
    const defaults = AgentDefaults.of(this)._merged();
    this.registry = props.registry ?? defaults.registry;
    const sponsor = this.required('sponsor', props.sponsor ?? defaults.sponsor, 'SponsorMissing');
    this.stage = this.required('stage', props.stage ?? defaults.stage, 'StageMissing');
    this.expires = this.required('expires', props.expires ?? defaults.expires, 'ExpiryMissing');
    const givenProject = this.required('project', props.project ?? defaults.project, 'ProjectMissing');
    const project = named(this, () => requireProjectId('project', givenProject));
    this.agentName = named(this, () => validateAgentName(props.agentName));
    const purpose = named(this, () => requirePurpose(props.purpose));
    const keys = props.keys ?? [];
    keys.forEach((key) => this.checkKey(key));
    const ownSecrets = [...props.ownSecrets ?? [], ...keys.map(({ privateKeySecret }) => privateKeySecret)];
    ownSecrets.forEach((secret) => named(this, () => nameParts('secret', secret)));
    this.checkStages([this.stage]);
    claimPlacement(this, this.agentName, project);

    const address = agentAddress(this.agentName);
    this.accountId = accountId(this.agentName, this.stage.name);
    const account = new ServiceAccount(this, 'Account', {
      project,
      accountId: this.accountId,
      displayName: displayName(this.agentName, this.stage, this.expires),
      description: verbatim(description(sponsor, purpose)),
      // Whoever disabled it had a reason: the job at its end, or a person. A deployment must not enable it again.
      lifecycle: { ignoreChanges: ['disabled'] },
    });
    account.overrideLogicalId(address);
    this.email = account.email;
    this.member = account.member;
    this.own = (name) => attribute('google_service_account', address, name);

    const accountUniqueId = this.own('unique_id');
    const input = { agentName: this.agentName, stage: this.stage.name, expires: this.expires.iso, project, accountEmail: this.own('email'), accountUniqueId };
    this.lifecycle = new TerraformData(this, 'Lifecycle', {
      input: lazily(() => teardownJson({ ...input, targets: this.declarations.filter(({ access }) => access.live), ownSecrets: [] })),
      // The unique id and not the address: an account that was made anew under its old name is another one.
      triggers_replace: accountUniqueId,
    });
    this.lifecycle.overrideLogicalId(address);
    this.lifecycle.addOverride('provisioner', [teardownProvisioner(this, this.stage.name)]);
    if (ownSecrets.length > 0) {
      this.wipeAtTheEnd(teardownJson({ ...input, targets: [], ownSecrets }));
    }
    const roster = Roster.of(this);
    roster.add(this.agentName, address, this.accountId, this);
    keys.forEach((key) => this.uploadKey(key, roster));

    const janitor = Janitor.of(this, project, props.region ?? defaults.region);
    this.janitorEmail = janitor.email;
    endAtExpiry(this, {
      janitor,
      serviceAccountId: this.own('name'),
      uniqueId: accountUniqueId,
      accountName: `projects/${project}/serviceAccounts/${accountEmail(this.accountId, project)}`,
      name: this.accountId,
      agentName: this.agentName,
      expires: this.expires,
      address: partAddress(this.agentName, 'expiry'),
    });

    this.access = this.accessIn(this.stage);
    const binding = named(this, () => props.runtime._bind(this, {
      agentName: this.agentName,
      project,
      allow: (part, role, member) => this.allowToAct(part, role, member),
    }));
    this.federationAudience = binding.federationAudience;
    if (this.registry !== undefined) {
      const leaver = leaverAddress(this.agentName);
      tellEvents(this, {
        registry: this.registry,
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
      });
      account.dependsOn = [`terraform_data.${leaver}`];
      const people = Object.fromEntries(Object.entries(sponsorToRecord(sponsor)).map(([field, text]) => [field, verbatim(text)]));
      const record = { agentName: this.agentName, project, accountId: this.accountId, purpose: verbatim(purpose), sponsor: people };
      recordAgent(this, {
        registry: this.registry,
        agentName: this.agentName,
        project,
        address,
        record: () => ({
          ...record,
          registry: this.registry!.registryName,
          stage: this.stage.name,
          expires: this.expires.iso,
          runtime: props.runtime.kind,
          access: this.declaredAccess.map((access) => ({ ...access })),
        }),
      });
    }
    if (isPast(this.expires, new Date())) {
      Annotations.of(this).addWarning(
        `AgentExpired: agent ${this.agentName} ended at ${this.expires.iso}: its access has ended; let it leave, or give it a later end after its sponsor agreed, and enable its account`);
    }
  }

  /** All access that was declared, of every stage, rendered or dormant. */
  public get declaredAccess(): DeclaredAccess[] {
    return this.declarations.map(({ access }) => access);
  }

  /**
   * The agent in some stages. If its present stage is among them, grants are rendered; else they are recorded and render nothing.
   *
   * Fails with `StageUnknown` for a stage that the registry doesn't have, and with `StageMissing` without any.
   *
   * @param stages stages in which it may
   */
  public accessIn(...stages: AgentStage[]): AgentAccess {
    if (stages.length === 0) {
      throw new InvalidInputError('StageMissing', `${this.node.path}: accessIn() names no stage: name one or more, such as AgentStage.TEST`);
    }
    this.checkStages(stages);
    const names = stages.map(({ name }) => name);
    const live = names.includes(this.stage.name);
    return AgentAccess._of((kind, name, role) => {
      const declaration = declare(this, { agentName: this.agentName, stages: names, live, kind, name, role });
      this.declarations.push(declaration);
      if (live) {
        this.grant(declaration);
      }
    });
  }

  private grant({ kind: kindName, name, parts, role, address }: Declaration): void {
    // The same grant in the name of several stages is one.
    if (this.node.tryFindChild(address) !== undefined) {
      return;
    }
    const kind: GrantKind = GRANT_KINDS[kindName];
    const [member, email] = [this.own('member'), this.own('email')];
    this.afterLifecycle(kind.render(this, address, name, parts, { role, member, email, condition: untilExpiry(this.expires) }), address);
  }

  private allowToAct(part: string, role: string, member: string): void {
    const address = partAddress(this.agentName, part);
    const [serviceAccountId, condition] = [this.own('name'), untilExpiry(this.expires)];
    this.afterLifecycle(new ServiceAccountIamMember(this, address, { serviceAccountId, role, member, condition }), address);
  }

  /** Own secrets outlive a move: this stays where it is while the account is replaced, and goes only with the agent. */
  private wipeAtTheEnd(input: string): void {
    const secrets = new TerraformData(this, 'OwnSecrets', { input });
    secrets.overrideLogicalId(ownSecretsAddress(this.agentName));
    secrets.addOverride('provisioner', [teardownProvisioner(this)]);
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

  /** Created after it, and so destroyed before it: the teardown finds nothing of the app's own any more. */
  private afterLifecycle(grant: TerraformResource, address: string): void {
    grant.overrideLogicalId(address);
    grant.dependsOn = [`terraform_data.${agentAddress(this.agentName)}`];
  }

  private required<T>(what: string, value: T | undefined, code: string): T {
    if (value === undefined || value === null) {
      throw new InvalidInputError(code, `${this.node.path}: ${what} is missing: give it here or with AgentDefaults.of(scope).set({ ... }); no default could be right`);
    }
    return value;
  }

  private checkStages(stages: AgentStage[]): void {
    const known = this.registry?.stages ?? [AgentStage.TEST, AgentStage.STAGING, AgentStage.PRODUCTION, this.stage];
    for (const stage of stages) {
      if (!known.some(({ name }) => name === stage.name)) {
        throw new InvalidInputError('StageUnknown',
          `${this.node.path}: stage ${shown(stage.name)} is not known: use ${known.map(({ name }) => name).join(', ')}, or join a registry that has it among its stages`);
      }
    }
  }
}
