"""The lock file pins every jar by its content and names no address."""

import pytest

from deploy.local.kafka_jars import LOCK_FILE, Jar, mirror_of_central, read_lock, write_lock

JAR = Jar(group="org.apache.kafka", artifact="kafka-clients", version="4.3.1", sha256="0" * 64)


class TestTheCommittedLockFile:
    def test_pins_kafka_and_its_companions(self) -> None:
        jars = read_lock(LOCK_FILE.read_text(encoding="utf-8"))
        names = [jar.artifact for jar in jars]
        assert names[0] == "kafka_2.13"
        assert len(names) == len(set(names)) == 46

    def test_names_no_host(self) -> None:
        text = LOCK_FILE.read_text(encoding="utf-8")
        assert "://" not in text
        assert "www" not in text


class TestReadLock:
    def test_reads_what_was_written(self) -> None:
        assert read_lock(write_lock([JAR], "two\nlines")) == (JAR,)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("jar = []", "names no jar"),
            ('[[jar]]\ncoordinates = "a:b"\nsha256 = ""', "group:artifact:version"),
            ('[[jar]]\ncoordinates = "a::1"\nsha256 = ""', "group:artifact:version"),
            ('[[jar]]\ncoordinates = "a:b:1"\nsha256 = "00"', r"jar 1 \(b\): sha256"),
            ('[[jar]]\ncoordinates = "a:b:1"', r"jar 1 \(b\): sha256"),
        ],
    )
    def test_says_what_is_wrong(self, text: str, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            read_lock(text)


class TestJar:
    def test_has_its_place_in_every_repository(self) -> None:
        assert JAR.path.as_posix() == (
            "org/apache/kafka/kafka-clients/4.3.1/kafka-clients-4.3.1.jar"
        )


def settings(mirror_of: str) -> str:
    return f"""<settings xmlns="urn:maven-settings"><mirrors><mirror>
        <id>near</id><url>https://mirror.example.test/all/</url><mirrorOf>{mirror_of}</mirrorOf>
        </mirror></mirrors></settings>"""


class TestMirrorOfCentral:
    @pytest.mark.parametrize("mirror_of", ["central", "*", "external:*", "other, central"])
    def test_is_the_address_that_stands_in_for_it(self, mirror_of: str) -> None:
        assert mirror_of_central(settings(mirror_of)) == "https://mirror.example.test/all"

    @pytest.mark.parametrize("mirror_of", ["other", "external:http:*", "*,!central", ""])
    def test_is_nothing_when_the_mirror_is_for_others(self, mirror_of: str) -> None:
        assert mirror_of_central(settings(mirror_of)) is None

    def test_is_nothing_when_the_settings_are_not_xml(self) -> None:
        assert mirror_of_central("mirrors: none") is None
