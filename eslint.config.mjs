import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** api <- model <- ui <- plugins: a layer sees only what is below it. */
const layer = (folder, ...banned) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  ignores: ['**/*.spec.{ts,tsx}'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: banned.map(([group, message]) => ({ group, message }))
      }
    ]
  }
});

const MODEL = [['**/model/**'], 'api knows no state'];
const UI = [['**/ui/**'], 'only plugins and ui import ui'];
const PLUGINS = [['**/plugins/**'], 'nothing imports a plugin but index.ts'];
const DOM = [
  [
    'react',
    'react-dom',
    '@lumino/widgets',
    '@jupyterlab/ui-components',
    '@jupyterlab/apputils',
    '@jupyter/react-components'
  ],
  'no DOM below ui'
];
const NO_FETCH = [
  ['@jupyterlab/services'],
  'state asks api, never the server itself'
];
const NO_LUMINO = [['@lumino/*'], 'api is plain functions'];

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'lib',
      'dist',
      'coverage',
      '.venv',
      '.clients',
      'jupyter_hubcollab/labextension',
      'ui-tests/node_modules',
      'ui-tests/playwright-report',
      'ui-tests/test-results',
      'src/api/wire.ts'
    ]
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { jupyter },
    rules: {
      ...Object.assign(
        {},
        ...[jupyter.configs.recommended]
          .flat()
          .map(config => config.rules ?? {})
      )
    }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        project: './tsconfig.test.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      curly: 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300 }],
      'no-console': ['error', { allow: ['warn', 'error'] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error'
    }
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/testing/**', '**/*.spec.{ts,tsx}'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'never' }
      ]
    }
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: globals.node, sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' }
  },
  {
    files: ['src/testing/**', '**/*.spec.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'jupyter/no-untranslated-string': 'off'
    }
  },
  layer('api', MODEL, UI, PLUGINS, DOM, NO_LUMINO),
  layer('model', UI, PLUGINS, DOM, NO_FETCH),
  layer('ui', PLUGINS),
  {
    files: ['**/*.js', '**/*.mjs', 'ui-tests/**/*.ts'],
    languageOptions: { globals: { ...globals.node } },
    rules: { '@typescript-eslint/no-require-imports': 'off' }
  },
  prettier
);
