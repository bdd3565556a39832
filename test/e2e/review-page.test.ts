import { setTimeout as pause } from 'node:timers/promises';
import { aws_secretsmanager as secrets, Duration, Lazy, SecretValue } from 'aws-cdk-lib';
import { agentApp, platform, TEST_TABLE } from './harness/apps';
import { eventsOf } from './harness/ledger-items';
import { LocalAws } from './harness/local-aws';
import { allowMails, mailTo, originOfPage, throughApi, untilAsked, untilDone, verifySender } from './harness/page';
import { sweep } from './harness/sweep';
import { Browser } from '../runtime/review-page/browser';
import { IdentityProvider } from '../runtime/review-page/identity-provider';
import { AccessCertification, Notifications, ReviewAuthentication, SweepLimit } from 'cdk-nhi-lifecycle';

const ADA = 'ada.park@example.com';
const REASON = 'It reads no invoices any more';

let aws: LocalAws;
let provider: IdentityProvider;

beforeAll(async () => {
  aws = await LocalAws.start();
  provider = await IdentityProvider.start();
  const { clientId, clientSecret } = IdentityProvider.CLIENT;
  await verifySender(aws, 'example.com');
  await aws.deploy(platform({
    agenda: { interval: Duration.days(1), driftCheck: Duration.days(30), limit: SweepLimit.of({ agents: 10, share: 1 }) },
    notifications: Notifications.mail({ from: 'agents@example.com' }),
    also: (stack, registry) => {
      const secret = new secrets.Secret(stack, 'Client', { secretStringValue: SecretValue.unsafePlainText(clientSecret) });
      // Without TLS, which a literal address may not be, because it does not leave this machine.
      const authentication = ReviewAuthentication.oidc({ issuer: Lazy.string({ produce: () => provider.issuer }), clientId, clientSecret: secret, operatorGroup: 'Platform' });
      new AccessCertification(stack, 'Reviews', { registry, interval: Duration.seconds(2), deadline: Duration.days(14), page: { authentication } });
    },
  }));
  await allowMails(aws);
});

afterAll(async () => {
  await provider.stop();
  await aws.stop();
});

test('the mail arrives, its link opens the page behind the API, the decision is taken, the engine acts and the call is denied', async () => {
  const path = `/reviews/${aws.env.account}/invoice-bot`;
  await aws.deploy(agentApp());
  await pause(3_100);
  await sweep(aws);
  await untilAsked(aws, ADA);
  const text = await mailTo(aws, ADA);
  const [, host, opening] = /https:\/\/([^/\s]+)(\/open\/\S+)/.exec(text)!;
  expect(await originOfPage(aws)).toBe(`https://${host}`);

  const browser = new Browser((event) => throughApi(aws, host, event));
  const session = await aws.sessions.open('invoice-bot', 'test');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('allowed');
  expect((await browser.get(opening)).body).toContain('Review of invoice-bot');
  expect(browser.last.headers).toMatchObject({ 'content-security-policy': expect.stringContaining("default-src 'none'"), 'cache-control': 'no-store' });
  await browser.post('/open', { token: opening.replace('/open/', '') });
  expect(browser.last.body).toContain('Database tables (DynamoDB)');
  expect((await browser.get(`/open/${'A'.repeat(60)}.${'A'.repeat(43)}`)).status).toBe(403);
  await browser.decide({ verdict: 'reduce', items: 'dynamodb', reason: REASON }, path);
  await untilDone(browser);
  expect(browser.last.body).toContain('Your decision is recorded');
  expect(await aws.sessions.read(session, TEST_TABLE)).toBe('refused');
  expect(await eventsOf(aws.registry, 'invoice-bot')).toEqual(['joined', 'review-due', 'review-decided', 'reduced', 'certified']);
  expect((await new Browser((event) => throughApi(aws, host, event)).get(opening)).status).toBe(403);

  // Warm, from the first request to the first byte, on a machine that does other things too.
  const began = performance.now();
  await browser.get('/');
  expect(browser.last.status).toBe(200);
  console.log(`the first byte came after ${Math.round(performance.now() - began)} ms`);
});

test('a sponsor signs in at a real provider, through the deployed API and function, and decides; somebody of the operators\' group sees the fleet', async () => {
  const path = `/reviews/${aws.env.account}/invoice-bot`;
  const origin = await originOfPage(aws);
  await provider.register(`${origin}/signed-in`);
  const signedIn = async (account: string): Promise<Browser> => {
    const browser = new Browser((event) => throughApi(aws, new URL(origin).host, event));
    await browser.get(`/sign-in?to=${path}`);
    expect(browser.last).toMatchObject({ status: 303, headers: { location: expect.stringContaining(provider.issuer) } });
    const { pathname, search } = await provider.signIn(browser.last.headers.location, account);
    await browser.get(pathname + search);
    return browser;
  };
  // The next review.
  await pause(2_100);
  await sweep(aws);

  expect((await signedIn(`${ADA}|claimed`)).last.status).toBe(403);
  const ada = await signedIn(`${ADA}|verified`);
  expect(ada.last).toMatchObject({ status: 200, body: expect.stringContaining(`url=${path}`) });
  expect((await ada.get('/reviews')).body).toContain('invoice-bot');
  expect((await ada.get('/fleet')).status).toBe(403);
  await ada.decide({ verdict: 'keep', items: 'dynamodb', reason: REASON }, path);
  await untilDone(ada);
  expect(ada.last.body).toContain('Your decision is recorded');
  const decided = (await aws.registry.ledger.events({ account: aws.env.account, agentName: 'invoice-bot' })).filter(({ type }) => type.includes('review-decided')).at(-1)!;
  expect(decided.data.unmapped).toMatchObject({ details: { verdict: 'keep', proof: 'sign-in', by: ADA, issuer: provider.issuer, subject: `${ADA}|verified` } });

  const operator = await signedIn('zoe.roe@example.com|verified|Platform');
  expect((await operator.get('/fleet')).body).toContain('invoice-bot');
  expect((await operator.get(`/agents/${aws.env.account}/invoice-bot`)).body).toContain('Access certified by a review');
  expect((await operator.get(path)).status).toBe(403);
});
