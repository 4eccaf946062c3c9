"""Tips from the public: a lens like the others, read by people and never acted on by itself."""
