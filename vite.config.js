import { existsSync } from 'node:fs';
import { defineConfig } from 'vite';

const entries = ['base', 'grid', 'chart', 'reading'].map((name) => `web/${name}.js`).filter((path) => existsSync(path));

export default defineConfig({
  base: '/static/',
  publicDir: false,
  build: {
    outDir: 'src/taizhang/office/static',
    assetsDir: 'built',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2020', // Windows 7's last Chrome and Firefox still read it
    rollupOptions: { input: entries },
  },
});
