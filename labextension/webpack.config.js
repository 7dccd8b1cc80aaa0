/** Mermaid is a text here: it is read when a diagram is drawn, and runs in a frame of its own. */
module.exports = {
  module: {
    rules: [
      {
        test: /mermaid\.min\.js$/,
        type: 'asset/resource',
        generator: { filename: 'mermaid.[contenthash].txt' }
      }
    ]
  }
};
