import { answer, LocalServer } from './local-server';

/** An OAuth 2.0 server with one client and its token: revocation (RFC 7009), introspection (RFC 7662), and management of the client (RFC 7592). */
export class OAuthServer extends LocalServer {
  public client: { id: string; secret: string; registrationToken: string } | undefined = { id: 'invoice bot', secret: 's3cr:t/+', registrationToken: 'R-1' };
  public token: { value: string; active: boolean } = { value: 'rt-1', active: true };
  /** Replaces the registration access token with each read, as RFC 7592 allows. */
  public rotates = false;

  protected handle: LocalServer['handle'] = ({ method, path, headers, body }, response) => {
    if (path === '/register/c1') {
      if (this.client === undefined || headers.authorization !== `Bearer ${this.client.registrationToken}`) {
        return void answer(response, 401, { error: 'invalid_token' });
      }
      if (method === 'DELETE') {
        this.client = undefined;
        return void response.writeHead(204, { 'cache-control': 'no-store' }).end();
      }
      this.client.registrationToken = this.rotates ? `R-${Number(this.client.registrationToken.slice(2)) + 1}` : this.client.registrationToken;
      return void answer(response, 200, { client_id: this.client.id, registration_access_token: this.client.registrationToken, registration_client_uri: `${this.origin}/register/c1` });
    }
    const form = new URLSearchParams(body);
    if (this.client === undefined || !this.isClient(headers.authorization, form)) {
      return void answer(response, 401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic' });
    }
    const isKnown = form.get('token') === this.token.value;
    if (path === '/revoke') {
      this.token.active = isKnown ? false : this.token.active;
      return void response.writeHead(200).end();
    }
    return void answer(response, path === '/introspect' ? 200 : 404, { active: isKnown && this.token.active });
  };

  private isClient(authorization: string | undefined, form: URLSearchParams): boolean {
    const { id, secret } = this.client!;
    const encoded = (text: string): string => new URLSearchParams({ a: text }).toString().slice(2);
    return authorization === `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`
      || (form.get('client_id') === id && form.get('client_secret') === secret);
  }
}
