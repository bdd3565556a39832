import { Emulator } from '../emulator';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** An emulator, with the configuration that AWS SDK clients need. */
export class Cloud {
  static async start(settings: Record<string, string> = {}, tls = false): Promise<Cloud> {
    return new Cloud(await Emulator.start({ settings, tls }));
  }

  readonly account: string;
  readonly region: string;

  private constructor(readonly emulator: Emulator) {
    this.account = emulator.accountId;
    this.region = emulator.region;
  }

  /** Client configuration, by default for the account's administrator. There is only one attempt, so that a failure doesn't look like slowness. */
  as(credentials: Keys = { accessKeyId: this.account, secretAccessKey: 'test' }) {
    return { endpoint: this.emulator.url, region: this.region, credentials, maxAttempts: 1, ...this.emulator.transport };
  }

  /** The ARN of an IAM resource: `role/agents/bot`. */
  iamArn(resource: string): string {
    return `arn:aws:iam::${this.account}:${resource}`;
  }

  stop(): Promise<void> {
    return this.emulator.stop();
  }
}

/** `allowed`, or the name of the error: to compare a denied call with its allowed counterpart. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'allowed', (error: Error) => error.name);
}
