/** What is tested here needs no DOM, so plain node runs it. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/__tests__/**/*.spec.ts'],
  // Where Node runs the result itself, imports end in `.js`.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.[jt]sx?$': ['ts-jest', { tsconfig: 'tsconfig.jest.json' }] },
  // Packages in use that come as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!@jupyterlab/(nbformat|translation)/)']
};
