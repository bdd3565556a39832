/** An agent as the sweep stores it. */
export interface SweptAgent {
  /** `projects/<project>/serviceAccounts/<email>`. */
  readonly account: string;
  /** YYYY-MM-DDTHH:mm:ssZ. */
  readonly expires: string;
}

const IAM = 'https://iam.googleapis.com/v1/';
const auth = { type: 'OAuth2' };

/**
 * Source of the workflow that searches daily for agents past their end. It disables accounts that a missed job left enabled, and deletes keys that
 * people created. It doesn't remove grants: their conditions have ended them, and an identity that may change policies of projects would be a more
 * valuable target than any agent.
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
      ],
    },
  };
  // Both Terraform and Workflows evaluate ${ }. Terraform leaves a doubled dollar sign to Workflows.
  return JSON.stringify(source, null, 1).replaceAll('${', () => '$${');
}
