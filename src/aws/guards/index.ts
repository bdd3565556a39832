// Nothing here is public: agents and registries attach the guards by themselves.
export {};
