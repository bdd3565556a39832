// An OpenID Connect provider on this machine. Prints its port, and ends when its standard input does.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const { port } = server.address();
const issuer = `http://127.0.0.1:${port}`;
// The account's id says what the provider claims of it: address, and whether it was verified.
const provider = new Provider(issuer, {
  clients: [{ client_id: 'reviews', client_secret: 'a-secret-of-the-client', redirect_uris: [process.argv[2]], token_endpoint_auth_method: 'client_secret_post' }],
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: id.split('|')[0], email_verified: id.split('|')[1] === 'verified' }) }),
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId });
    grant.addOIDCScope('openid email');
    await grant.save();
    return grant;
  },
});
server.on('request', (request, response) => {
  // Who signs in is said in the address instead of a form with a password.
  const [, account] = /^\/interaction\/[^?]+\?as=(.+)$/.exec(request.url) ?? [];
  return account === undefined ? provider.callback()(request, response)
    : provider.interactionFinished(request, response, { login: { accountId: decodeURIComponent(account) } }, { mergeWithLastSubmission: false });
});
process.stdin.resume().on('end', () => process.exit());
console.log(issuer);
