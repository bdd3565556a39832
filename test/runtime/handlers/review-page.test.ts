import { reviewPage } from '../../../runtime/handlers/review-page';

const CONTEXT = { invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:agents-nhi-review-page' };
const HOST = 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws';
const { env } = process;

beforeAll(() => {
  process.env = {
    ...env,
    AWS_REGION: 'eu-west-1',
    REGISTRY_NAME: 'agents',
    LEDGER_TABLE: 'ledger',
    EVIDENCE_BUCKET: 'evidence',
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:agents',
  };
});

afterAll(() => {
  process.env = env;
});

const settings = (more: object) => JSON.stringify({ keyArn: 'arn:aws:kms:eu-west-1:111122223333:alias/x', ...more });
const event = (domainName: string | undefined, headers: Record<string, string> = {}) => ({ rawPath: '/', headers, requestContext: { http: { method: 'GET' }, domainName } });

test('behind a function URL the page is at the host that Lambda names, and at no other', async () => {
  process.env.REVIEW_PAGE = settings({});
  expect(await reviewPage(event(HOST), CONTEXT)).toMatchObject({ statusCode: 200, body: expect.stringContaining('Reviews of what agents may do') });
  for (const host of [undefined, '', 'evil.example', `${HOST}.evil.example`, `evil.example/${HOST}`, 'a@b.lambda-url.eu-west-1.on.aws']) {
    expect(await reviewPage(event(host, { host: HOST }), CONTEXT)).toMatchObject({ statusCode: 400, body: 'Bad request' });
  }
});

test('behind the HTTP API the address is as it was deployed, whatever the request names', async () => {
  process.env.REVIEW_PAGE = settings({ origin: 'https://reviews.example.com' });
  expect(await reviewPage(event('evil.example'), CONTEXT)).toMatchObject({ statusCode: 200 });
});
