const jestJupyterLab = require('@jupyterlab/testing/lib/jest-config');

const esModules = [
  '@codemirror',
  '@microsoft',
  '@jupyter/ydoc',
  '@jupyter/react-components',
  '@jupyter/web-components',
  '@jupyter/.*',
  '@jupyterlab/',
  '@lumino/.*',
  '@marijn',
  'exenv-es6',
  'lib0',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yaml',
  'yjs'
].join('|');

const base = jestJupyterLab(__dirname);

module.exports = {
  ...base,
  reporters: ['default'],
  collectCoverage: false,
  moduleFileExtensions: ['ts', 'tsx', 'js', 'json', 'node', 'mjs'],
  // a second package.json of the same name would collide in jest's haste map
  modulePathIgnorePatterns: [
    '<rootDir>/jupyter_hubcollab/labextension',
    '<rootDir>/lib',
    '<rootDir>/ui-tests',
    '<rootDir>/.venv'
  ],
  roots: ['<rootDir>/src'],
  testRegex: '\\.spec\\.tsx?$',
  transform: {
    ...base.transform,
    '\\.(ts|tsx)$': [
      'ts-jest',
      { tsconfig: 'tsconfig.test.json', diagnostics: false }
    ]
  },
  transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`]
};
