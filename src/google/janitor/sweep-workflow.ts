/** An agent as the sweep stores it. */
export interface SweptAgent {
  /** `projects/<project>/serviceAccounts/<email>`. */
  readonly account: string;
  /** YYYY-MM-DDTHH:mm:ssZ. */
  readonly expires: string;
}

const IAM = 'https://iam.googleapis.com/v1/';
const STORAGE = 'https://storage.googleapis.com/storage/v1/projects/';
const auth = { type: 'OAuth2' };

/**
 * Source of the workflow that searches daily for agents past their end. It disables accounts that a missed job left enabled, and deletes keys and HMAC
 * keys that people created. Google allows 10 HMAC keys an account, fewer than a page. It doesn't remove grants: their conditions have ended those that
 * are declared, the disabled account can't use the others, and an identity that may change policies of projects would be a more valuable target than any
 * agent.
 */
export function sweepWorkflow(agents: readonly SweptAgent[]): string {
  const source = {
    main: {
      steps: [
        { known: { assign: [{ agents }, { failures: [] }] } },
        {
          sweep: {
            for: {
              value: 'agent',
              in: '${agents}',
              steps: [
                { notYet: { switch: [{ condition: '${sys.now() < time.parse(agent.expires)}', next: 'continue' }] } },
                {
                  wipe: {
                    try: { call: 'wipe', args: { account: '${agent.account}' } },
                    // A failure with this agent must not keep the others enabled past their end.
                    except: { as: 'error', steps: [{ remember: { assign: [{ failures: '${list.concat(failures, agent.account + ": " + json.encode_to_string(error))}' }] } }] },
                  },
                },
              ],
            },
          },
        },
        { verdict: { switch: [{ condition: '${len(failures) > 0}', steps: [{ complain: { raise: '${json.encode_to_string(failures)}' } }] }] } },
      ],
    },
    wipe: {
      params: ['account'],
      steps: [
        { disable: { call: 'http.post', args: { url: `\${"${IAM}" + account + ":disable"}`, auth } } },
        { look: { call: 'http.get', args: { url: `\${"${IAM}" + account + "/keys"}`, query: { keyTypes: 'USER_MANAGED' }, auth }, result: 'found' } },
        {
          each: {
            for: {
              value: 'key',
              in: '${default(map.get(found.body, "keys"), [])}',
              steps: [{ forget: { call: 'http.delete', args: { url: `\${"${IAM}" + key.name}`, auth } } }],
            },
          },
        },
        { name: { assign: [{ hmacKeys: `\${"${STORAGE}" + text.split(account, "/")[1] + "/hmacKeys"}` }, { email: '${text.split(account, "/")[3]}' }] } },
        { lookForHmac: { call: 'http.get', args: { url: '${hmacKeys}', query: { serviceAccountEmail: '${email}' }, auth }, result: 'hmac' } },
        {
          eachHmac: {
            for: {
              value: 'key',
              in: '${default(map.get(hmac.body, "items"), [])}',
              steps: [
                // Another account's key could not be restored.
                { others: { switch: [{ condition: '${key.serviceAccountEmail != email}', next: 'continue' }] } },
                {
                  // An active key can't be deleted.
                  active: {
                    switch: [{
                      condition: '${key.state == "ACTIVE"}',
                      steps: [{ off: { call: 'http.put', args: { url: '${hmacKeys + "/" + key.accessId}', body: { state: 'INACTIVE' }, auth } } }],
                    }],
                  },
                },
                { forgetHmac: { call: 'http.delete', args: { url: '${hmacKeys + "/" + key.accessId}', auth } } },
              ],
            },
          },
        },
      ],
    },
  };
  // Both Terraform and Workflows evaluate ${ }. Terraform leaves a doubled dollar sign to Workflows.
  return JSON.stringify(source, null, 1).replaceAll('${', () => '$${');
}
