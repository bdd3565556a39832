// Stands for the bundled program: unit tests run without a bundle.
