// Makes one file of the editor: node build.mjs FILE. The same sources always make the same bytes.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

await build({
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  entryPoints: ['editor.js'],
  outfile: process.argv[2],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  banner: {
    js: '// Made by src/Console/Editor. It holds CodeMirror (https://codemirror.net), MIT License,\n'
      + '// Copyright (C) 2018-2021 by Marijn Haverbeke and others.',
  },
});
