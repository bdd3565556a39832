import { createPublicKey, generateKeyPairSync, KeyObject, sign } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { answer, LocalServer, Received } from './local-server';
import { SigningKeys } from '../../../runtime/revokers';
import { AppKeyUse } from '../../../src/contract/app-keys';

export interface Installation {
  /** Client id of the app. */
  readonly of: string;
  suspendedAt?: string;
}

const LONGEST_SECONDS = 600;

/**
 * GitHub's REST API for apps, from its documentation: tokens of apps, one app, its installations, and their suspension.
 * https://docs.github.com/en/rest/apps/apps
 */
export class GitHubServer extends LocalServer {
  public readonly installations = new Map<string, Installation>();
  /** Public halves of the private keys of each app, by its client id. */
  public readonly apps = new Map<string, KeyObject[]>();

  /** @param now its clock @param path what precedes all paths, as on GitHub Enterprise Server */
  public constructor(private readonly now: () => Date, private readonly path = '') {
    super();
  }

  public get apiUrl(): string {
    return `${this.origin}${this.path}`;
  }

  protected handle: LocalServer['handle'] = (received, response) => void this.respond(received, response);

  private async respond({ method, path, headers }: Received, response: Parameters<LocalServer['handle']>[1]): Promise<void> {
    const clientId = await this.appOf(headers.authorization);
    if (clientId === undefined) {
      return void answer(response, 401, { message: 'A JSON web token could not be decoded', documentation_url: 'https://docs.github.com/rest', status: '401' });
    }
    if (method === 'GET' && path === `${this.path}/app`) {
      return void answer(response, 200, { id: 7, slug: 'octoapp', client_id: clientId, name: 'Octocat App' });
    }
    const [, id, suspended] = /^\/app\/installations\/(\d+)(\/suspended)?$/.exec(path.slice(this.path.length)) ?? [];
    const found = this.installations.get(id);
    // An installation of another app is as one that does not exist.
    if (!path.startsWith(this.path) || found?.of !== clientId) {
      return void answer(response, 404, { message: 'Not Found', documentation_url: 'https://docs.github.com/rest/apps/apps', status: '404' });
    }
    if (suspended === undefined && method === 'GET') {
      return void answer(response, 200, { id: Number(id), app_id: 7, client_id: found.of, account: { login: 'acme' }, suspended_at: found.suspendedAt ?? null, suspended_by: null });
    }
    if (suspended === undefined && method === 'DELETE') {
      this.installations.delete(id);
    } else if (suspended !== undefined && method === 'PUT') {
      found.suspendedAt = this.now().toISOString();
    } else if (suspended !== undefined && method === 'DELETE') {
      delete found.suspendedAt;
    } else {
      return void answer(response, 405);
    }
    response.writeHead(204);
    response.end();
  }

  /** The app whose key has signed the token. */
  private async appOf(authorization = ''): Promise<string | undefined> {
    const [, token = ''] = /^Bearer (\S+)$/.exec(authorization) ?? [];
    const { iss } = claimsIn(token);
    for (const key of this.apps.get(iss ?? '') ?? []) {
      const { payload } = await jwtVerify(token, key, { algorithms: ['RS256'], currentDate: this.now(), requiredClaims: ['iat', 'exp', 'iss'] }).catch(() => ({ payload: undefined }));
      const at = this.now().getTime() / 1000;
      if (payload !== undefined && payload.iat! <= at && payload.exp! - at <= LONGEST_SECONDS) {
        return iss;
      }
    }
    return undefined;
  }
}

function claimsIn(token: string): { readonly iss?: string } {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

/** Header and claims of the token of a request. */
export function tokenOf({ headers: { authorization = '' } }: Received): { readonly header: object; readonly claims: object } {
  const token = authorization.replace(/^Bearer /, '');
  return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
}

const PAIRS: KeyObject[] = [];

/** Keys as KMS holds them: an alias for each, a description, and no way to read them. */
export class HeldKeys implements SigningKeys {
  public readonly signed: { readonly keyArn: string; readonly text: string }[] = [];
  private readonly held = new Map<string, { readonly key: KeyObject; use: AppKeyUse | string }>();
  private readonly aliases = new Map<string, string>();

  /** Returns the public half. @param pair which of the key pairs */
  public add(keyArn: string, use: AppKeyUse | string, pair = 0): KeyObject {
    // It takes long to generate one.
    PAIRS[pair] ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    this.held.set(keyArn, { key: PAIRS[pair], use });
    return createPublicKey(PAIRS[pair]);
  }

  public alias(name: string, keyArn: string): void {
    this.aliases.set(name, keyArn);
  }

  public use(keyArn: string, use: AppKeyUse | string): void {
    this.held.get(keyArn)!.use = use;
  }

  public async describe(keyArn: string): Promise<{ readonly keyArn: string; readonly description: string }> {
    const arn = this.aliases.get(keyArn) ?? keyArn;
    const { use } = this.known(arn);
    return { keyArn: arn, description: typeof use === 'string' ? use : JSON.stringify(use) };
  }

  public async sign(keyArn: string, text: string): Promise<Uint8Array> {
    this.signed.push({ keyArn, text });
    return sign('sha256', Buffer.from(text), this.known(keyArn).key);
  }

  private known(keyArn: string): { readonly key: KeyObject; readonly use: AppKeyUse | string } {
    const found = this.held.get(keyArn);
    if (found === undefined) {
      throw Object.assign(new Error('not found'), { name: 'NotFoundException' });
    }
    return found;
  }
}
