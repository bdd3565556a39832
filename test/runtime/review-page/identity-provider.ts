import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A real OpenID Connect provider on this machine, in a process of its own, because it is an ES module. */
export class IdentityProvider {
  public static readonly CLIENT = { clientId: 'reviews', clientSecret: 'a-secret-of-the-client' };

  public static async start(): Promise<IdentityProvider> {
    const child = spawn(process.execPath, [join(__dirname, 'identity-provider.mjs')], { stdio: ['pipe', 'pipe', 'ignore'] });
    const [line] = await once(child.stdout, 'data') as [Buffer];
    return new IdentityProvider(child, line.toString().trim());
  }

  private origin = '';

  private constructor(private readonly child: ChildProcess, public readonly issuer: string) {}

  /** Registers where the provider sends people back. It serves nothing before. */
  public async register(redirectUri: string): Promise<void> {
    this.origin = new URL(redirectUri).origin;
    const ready = once(this.child.stdout!, 'data');
    this.child.stdin!.write(`${redirectUri}\n`);
    await ready;
  }

  /** The provider's side: a browser that is led there signs in as an account, and is sent back with a code. */
  public async signIn(url: string, account: string): Promise<URL> {
    const cookies = new Map<string, string>();
    let next = url;
    for (let steps = 0; steps < 8; steps++) {
      const response = await fetch(next, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
      response.headers.getSetCookie().forEach((cookie) => cookies.set(cookie.split('=')[0], cookie.slice(cookie.indexOf('=') + 1).split(';')[0]));
      const location = new URL(response.headers.get('location') ?? '/', next);
      if (location.origin === this.origin) {
        return location;
      }
      next = location.pathname.startsWith('/interaction/') ? `${location.href}?as=${encodeURIComponent(account)}` : location.href;
    }
    throw new Error(`the provider leads to ${next}`);
  }

  public async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.stdin!.end();
    await ended;
  }
}
