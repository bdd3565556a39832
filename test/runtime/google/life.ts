import { OWN_SECRET, PROJECT, world } from './world';
import { program as nhiProgram } from '../../../cli/program';
import { program as enableProgram } from '../../../runtime/google/enable/program';
import { program as preflightProgram } from '../../../runtime/google/preflight/program';
import { program as recordProgram } from '../../../runtime/google/record/program';
import { connectGoogle } from '../../../runtime/google/registry';
import { program as teardownProgram } from '../../../runtime/google/teardown/program';
import { readInput, TeardownInput } from '../../../runtime/google/teardown-input';
import { LifecycleEvent } from '../../../src/core/lifecycle-event';
import { FakeGoogle, fetchOf } from '../../e2e/google/fake-google';

export const BUCKET = 'acme-agents-agents-registry';
export const TOPIC = 'projects/acme-agents/topics/agents-lifecycle';
const DAY_MS = 86_400_000;

/** Outcome of a program or of the command. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** An agent on a fake Google, whose programs are run as Terraform runs them, and which is read with the command. */
export class Life {
  public readonly google: FakeGoogle;
  public account: { readonly name: string; readonly email: string; readonly uniqueId: string };
  public stage = 'test';
  public actor = 'terraform:own';
  public places: object[] = [];
  /** What the command wrote about its progress. */
  public told = '';
  /** What a person replies, or what happens before the reply. Absent: nobody can be asked. */
  public reply?: string | (() => Promise<string>);
  /** Environment of programs and command, besides the token. */
  public environment: Record<string, string> = {};
  /** What happens before a call of a program is received. */
  public meanwhile?: (url: string) => Promise<unknown>;
  private readonly message: ReturnType<typeof world>['input'];

  public constructor() {
    const { google, account, input } = world();
    google.documents.add(`buckets/${BUCKET}`, 'google_storage_bucket');
    google.documents.add(TOPIC, 'google_pubsub_topic');
    [this.google, this.account, this.message, this.places] = [google, account, input, input.resources];
  }

  public get member(): string {
    return `serviceAccount:${this.account.email}`;
  }

  /** Objects in a folder of the registry, by name. */
  public objects<T>(folder: string): [string, T][] {
    const names = this.google.objects.names(BUCKET).filter((name) => name.startsWith(folder));
    return names.map((name) => [name, this.google.objects.find(BUCKET, name) as T]);
  }

  public get events(): string[] {
    return this.objects<LifecycleEvent>('events/').map(([, { type }]) => String(type).split('.')[2]);
  }

  public join(more: object = {}): Promise<Ended> {
    const record = {
      purpose: 'Matches invoices',
      sponsor: { id: 'ada.park@example.com', accountableName: 'Ada Park', backupEmail: 'li.chen@example.com' },
      stage: this.stage,
      expires: '2027-04-01T00:00:00Z',
      access: [{ stages: ['test', 'production'], live: true, role: 'roles/x.reader', kind: 'project', resource: 'acme-test', endsByItself: true }],
    };
    return this.record({ accountUniqueId: this.account.uniqueId, record: { ...record, ...more }, ...more });
  }

  public record(more: object = {}, environment: Record<string, string> = {}): Promise<Ended> {
    const message = {
      version: 1,
      registry: 'agents',
      bucket: BUCKET,
      topic: TOPIC,
      actor: this.actor,
      project: PROJECT,
      agentName: 'invoice-bot',
      stage: this.stage,
      sponsorId: 'ada.park@example.com',
      expires: '2027-04-01T00:00:00Z',
      accountEmail: this.account.email,
      ...more,
    };
    return this.run(recordProgram, { NHI_RECORD: JSON.stringify(message), ...environment });
  }

  /** Terraform's part of a leave after the account: own secrets are wiped, then the leave is recorded. */
  public async leave(): Promise<Ended> {
    const { accountUniqueId: _gone, ...message } = this.teardownMessage;
    const ofSecrets = { ...message, projects: [], folders: [], resources: [], ownSecrets: [OWN_SECRET] };
    const secrets = await this.run(teardownProgram, { NHI_TEARDOWN: JSON.stringify(ofSecrets) });
    return secrets.code === 0 ? this.record({}, { NHI_RECORD_EVENT: 'left' }) : secrets;
  }

  /** @param movesTo the stage in the configuration, if the agent moves */
  public teardown(movesTo = '', more: object = {}): Promise<Ended> {
    return this.run(teardownProgram, { NHI_TEARDOWN: JSON.stringify({ ...this.teardownMessage, ...more }), NHI_STAGE_NOW: movesTo });
  }

  /** The program that runs after each change of the agent. */
  public enable(): Promise<Ended> {
    return this.run(enableProgram, { NHI_TEARDOWN: JSON.stringify(this.teardownMessage), NHI_DESCRIPTION: 'sponsor ada.park@example.com' });
  }

  /** The program that runs before an account is created. */
  public preflight(stage = this.stage): Promise<Ended> {
    const { accountUniqueId: _none, ...message } = this.teardownMessage;
    const accountEmail = `invoice-bot-${stage}@${PROJECT}.iam.gserviceaccount.com`;
    return this.run(preflightProgram, { NHI_TEARDOWN: JSON.stringify({ ...message, stage, accountEmail }) });
  }

  public deleteAccount(): void {
    this.google.handle({ method: 'DELETE', path: `/v1/${this.account.name}`, query: new URLSearchParams(), body: undefined }, FakeGoogle.OPERATOR_TOKEN, 'hand');
  }

  /** Terraform makes the account of a stage. */
  public make(stage: string): void {
    this.stage = stage;
    this.account = this.google.accounts.add(PROJECT, `invoice-bot-${stage}`.slice(0, 30));
  }

  public pass(days: number): void {
    this.google.now = new Date(this.google.now.getTime() + days * DAY_MS);
  }

  /** Runs the command on the registry. */
  public async nhi(...words: string[]): Promise<Ended & { readonly failure?: string }> {
    return this.nhiAs(FakeGoogle.OPERATOR_TOKEN, '--google-registry', `gs://${BUCKET}`, ...words);
  }

  public async nhiAs(token: string, ...words: string[]): Promise<Ended & { readonly failure?: string }> {
    let out = '';
    let waited = 0;
    this.told = '';
    const { google } = this;
    const command = nhiProgram({ write: (text: string) => (out += text) }, {
      connect: async () => { throw new Error('AWS was asked'); },
      connectDeployed: () => { throw new Error('nothing is deployed'); },
      connectGoogle: (options) => connectGoogle(options, {
        environment: { GOOGLE_OAUTH_ACCESS_TOKEN: token, ...this.environment },
        fetch: fetchOf(google),
        gcloud: async () => undefined,
        sleep: async (milliseconds) => { waited += milliseconds; },
        random: () => 0.5,
        now: () => google.now.getTime() + waited,
      }),
      now: () => google.now,
      progress: { write: (text: string) => (this.told += text) },
      ...this.reply === undefined ? {} : { ask: async () => (typeof this.reply === 'function' ? this.reply() : this.reply) },
    });
    [command, ...command.commands].forEach((one) => one.exitOverride().configureOutput({ writeErr: () => undefined }));
    const before = process.exitCode;
    process.exitCode = 0;
    try {
      await command.parseAsync(['node', 'nhi', ...words]);
      return { code: Number(process.exitCode), out: out.replace(/\n$/, ''), err: '' };
    } catch (error) {
      const { code, message } = error as Error & { code: string };
      return { code: 1, out, err: message, failure: code };
    } finally {
      process.exitCode = before;
    }
  }

  /** What the programs of the deployment get. */
  public get input(): TeardownInput {
    return readInput(JSON.stringify(this.teardownMessage));
  }

  private get teardownMessage() {
    return {
      ...this.message,
      stage: this.stage,
      accountEmail: this.account.email,
      accountUniqueId: this.account.uniqueId,
      resources: this.places,
      ownSecrets: [],
      records: { bucket: BUCKET, topic: TOPIC, actor: this.actor },
    };
  }

  private async run(program: typeof teardownProgram, environment: Record<string, string>): Promise<Ended> {
    const { google } = this;
    let [out, err, waited] = ['', '', 0];
    const code = await program({
      environment: { GOOGLE_OAUTH_ACCESS_TOKEN: FakeGoogle.OPERATOR_TOKEN, ...this.environment, ...environment },
      fetch: async (url, init) => {
        await this.meanwhile?.(url);
        return fetchOf(google)(url, init);
      },
      gcloud: async () => undefined,
      sleep: async (milliseconds) => { waited += milliseconds; },
      random: () => 0.5,
      now: () => google.now.getTime() + waited,
      out: (text) => { out += text; },
      err: (text) => { err += text; },
    });
    return { code, out, err };
  }
}

/** Runs a program that dies before its call number `calls`: Google receives no further call. Returns how many calls it received. */
export async function dying(
  { google }: Life, calls: number, run: () => Promise<Ended>,
): Promise<{ readonly received: number; readonly ended: Ended }> {
  const handle = google.handle.bind(google);
  let received = 0;
  google.handle = (...request) => {
    if (received >= calls) {
      throw new Error('the program is dead');
    }
    received += 1;
    return handle(...request);
  };
  try {
    return { ended: await run(), received };
  } finally {
    google.handle = handle;
  }
}
