import { Emulator } from '../emulator';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** An emulator, as the clients of the AWS SDK take it. */
export class Cloud {
  static async start(settings: Record<string, string> = {}): Promise<Cloud> {
    return new Cloud(await Emulator.start({ settings }));
  }

  readonly account: string;
  readonly region: string;

  private constructor(readonly emulator: Emulator) {
    this.account = emulator.accountId;
    this.region = emulator.region;
  }

  /** The configuration of a client, by default one of the account's administrator. One attempt: what fails must not pass for slow. */
  as(credentials: Keys = { accessKeyId: this.account, secretAccessKey: 'test' }) {
    return { endpoint: this.emulator.url, region: this.region, credentials, maxAttempts: 1 };
  }

  /** The ARN of something of IAM: `role/agents/bot`. */
  iamArn(resource: string): string {
    return `arn:aws:iam::${this.account}:${resource}`;
  }

  stop(): Promise<void> {
    return this.emulator.stop();
  }
}

/** `allowed`, or the name of the error: to compare what is denied with its allowed twin. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'allowed', (error: Error) => error.name);
}
