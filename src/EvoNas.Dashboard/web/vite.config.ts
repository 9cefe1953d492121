import { defineConfig } from 'vite'

// Fixed names: the server sends strong ETags, and a rebuild that changes nothing changes no file.
export default defineConfig({
  base: './',
  publicDir: 'public',
  build: {
    outDir: '../wwwroot',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      output: {
        entryFileNames: 'app.js',
        assetFileNames: 'app[extname]',
        codeSplitting: false,
      },
    },
  },
})
