// An OpenID Connect provider on this machine. Prints its issuer, reads the redirect URI of its client as a line, prints a line when it is ready, and ends when its standard input does.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

// The account's id says what the provider claims of it: address, and whether it was verified.
const providerFor = (redirectUri) => new Provider(issuer, {
  clients: [{ client_id: 'reviews', client_secret: 'a-secret-of-the-client', redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_post' }],
  pkce: { required: () => true },
  claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  findAccount: (_context, id) => {
    const [email, verified, group] = id.split('|');
    return { accountId: id, claims: () => ({ sub: id, email, email_verified: verified === 'verified', ...(group === undefined ? {} : { groups: [group] }) }) };
  },
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope('openid email');
    await grant.save();
    return grant;
  },
});

createInterface({ input: process.stdin }).once('line', (redirectUri) => {
  const provider = providerFor(redirectUri);
  server.on('request', (request, response) => {
    // Who signs in is said in the address instead of a form with a password.
    const [, account] = /^\/interaction\/[^?]+\?as=(.+)$/.exec(request.url) ?? [];
    return account === undefined ? provider.callback()(request, response)
      : provider.interactionFinished(request, response, { login: { accountId: decodeURIComponent(account) } }, { mergeWithLastSubmission: false });
  });
  console.log('ready');
}).once('close', () => process.exit());
console.log(issuer);
