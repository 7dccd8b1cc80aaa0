/** The models and the client have no DOM, so plain node runs their tests. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/__tests__/**/*.spec.ts'],
  transform: { '\\.[jt]s$': ['ts-jest', { tsconfig: 'tsconfig.jest.json' }] },
  // The one package in use that comes as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!@jupyterlab/nbformat/)']
};
