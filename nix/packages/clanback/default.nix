{
  lib,
  buildPythonPackage,
  pythonOlder,
  hatchling,
  attrs,
  cattrs,
  cryptography,
  hypothesis,
  installShellFiles,
  jinja2,
  lark,
  libpass,
  mypy,
  oncalendar,
  pygls,
  pyrage,
  pytest,
  pytest-xdist,
  rich,
  rich-argparse,
  ruff,
  shtab,
  xkcdpass,
}:
buildPythonPackage {
  pname = "clanback";
  version = "0.1.0";
  pyproject = true;
  disabled = pythonOlder "3.11";

  src = lib.cleanSource ../../..;

  build-system = [ hatchling ];
  nativeBuildInputs = [ installShellFiles ];

  # A test holds these equal to pyproject.toml.
  dependencies = [
    attrs
    cattrs
    cryptography
    libpass
    oncalendar
    pyrage
    rich
    rich-argparse
    shtab
    xkcdpass
  ];

  # For `clanback lsp` alone.
  optional-dependencies.lsp = [ pygls ];

  optional-dependencies.test = [
    hypothesis
    jinja2
    lark
    mypy
    pygls
    pytest
    pytest-xdist
    ruff
  ];

  # The manual page comes with the wheel.
  postInstall = ''
    installShellCompletion --cmd clanback \
      --bash <($out/bin/clanback completion bash) \
      --zsh <($out/bin/clanback completion zsh) \
      --fish <($out/bin/clanback completion fish)
  '';

  # The tests compare with real Nix, which the build sandbox does not offer: `make test` runs them.
  doCheck = false;
  pythonImportsCheck = [ "clanback" ];

  meta = {
    description = "Backups for a set of NixOS machines: clan.nix in, plain NixOS modules out, restores that work";
    license = lib.licenses.mit;
    mainProgram = "clanback";
  };
}
