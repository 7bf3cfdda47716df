"""Exports as utilities and devices write them: the energy that a plain sum of their cells gives, or a refusal that names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from wattsup_core.errors import FileRefusedError
from wattsup_core.readers import FileReadings, read_file
from wattsup_core.types import Channel, ReadOptions

FLUVIUS = "fluvius_be/Consumption_history_electricity_541448820052377134_20231022_20250426_15 minute totals.csv"

READ = [
    ("uci_household/household_power_consumption_2days.txt", None, "kW", 1, 2_000, 77.456867, None),
    ("uci_household/household_power_consumption_days.csv", None, "kW minutes", 1_440, 1_442, 37_680.398967, None),
    ("uci_steel/Steel_industry_data.csv", None, "kWh", 15, 35_040, 959_640.31, None),
    ("dsmr_reader_nl/dsmrreader-data-export-hour.csv", None, "kWh", 60, 8_754, 3_743.131, 2_128.383),
    ("enphase_us/9999998_custom_report.csv", "Europe/Amsterdam", "Wh", 60, 16_296, 10_014.152, 6_011.457),
    ("ameren_us/ACE_Electric_REDACTED_2024_2025.csv", None, "kWh", 15, 35_132, 25_083.35, None),
    ("engie_nl/Export.verbruiken.ENGIE.csv", None, "kWh", 60, 12_623, 7_584.261, None),
    (FLUVIUS, "Europe/Brussels", "kWh", 15, 6_819, 1_462.321, 124.93),
    ("homewizard_nl/homewizard_2022-09_15min_elec.csv", "Europe/Amsterdam", "kWh", 15, 2_879, 1_356.427, 861.118),
    ("greenchoice_nl/meterstanden_stroom_2023.csv", None, "kWh", 1_440, 102, 1_216, 2_330),
    ("liander_nl/csv_bijlage.csv", None, "kWh", 1_440, 205, 2_793.5, 176.875),
    ("shelly_em3/em_data_phaseA.csv", None, "Wh", 10, 52_838, 1_770.33157, 0),
    ("eneco_nl/Verbruik_01-01-2020-31-12-2020.xlsx", None, "kWh", 1_440, 366, 3_080, 2_635),
    ("oxxio_nl/Oxxio.Verbruik_05-06-2023-22-01-2024.xlsx", None, "kWh", 1_440, 232, 3_269, 273),
    ("solarman/Solarman-Daily.Statistics-20250316.xlsx", None, "kWh", 1_440, 31, 246.83, 838.7),
    ("united_power_us/green_button_data_1760853600000.zip", None, "Wh", 1_440, 2, 72.63, 40.52),
    ("green_button_xml/sample_greenbutton_data.xml", None, "Wh", 60, 362, 291.018, None),
    ("green_button_xml/BulkSCEIntervalBlock.xml", None, "Wh", 15, 97, 24.38, None),
    ("green_button_xml/BulkSCEUsageSummaryAndIntervalBlock.xml", None, "Wh", 15, 3, 0.62, None),
    ("eredes_pt/e-redes-sample.xlsx", "Europe/Lisbon", "kW", 15, 35_040, 12_632.109, None),
    ("united_power_us/united_power_hourly_sample.csv", "America/Denver", "kWh", 60, 48, 72.61, 40.59),
    ("united_power_us/united_power_daily_sample.csv", "America/Denver", "kWh", 1_440, 2, 72.63, 40.52),
    ("nem12_au/power-redacted.csv", None, "kWh", 5, 30_528, 560.5125, 302.865),
    ("nem12_au/Example_NEM12_month_solar.csv", None, "kWh", 5, 8_928, 270.738, 589.172),
    ("nem12_au/Example_NEM12_partialchannel.csv", None, "kWh", 5, 8_928, 270.738, 23.166),
    ("nem12_au/Example_NEM12_actual_interval.csv", None, "kWh", 30, 48, 53.328, None),
    ("nem12_au/Example_NEM12_upper_case_units.csv", None, "kWh", 30, 48, 53.328, None),
    ("nem12_au/Example_NEM12_different_interval_length.csv", None, "kWh", 30, 48, 374, None),
    ("nem12_invalid/Example_NEM12_missing_header.csv", None, "kWh", 30, 48, 53.328, None),
    ("nem12_invalid/Example_NEM12_incomplete_interval.csv", None, "kWh", 30, 48, 53.328, None),
    ("nem12_invalid/Example_NEM12_powercor.csv", None, "kWh", 30, 48, 159.984, None),
    ("nem12_invalid/Example_NEM12_powercor_missing_fields.csv", None, "kWh", 30, 48, 159.984, None),
]
PARTS = ["Sub_metering_1_kwh", "Sub_metering_2_kwh", "Sub_metering_3_kwh"]
BESIDE = {
    "uci_household/household_power_consumption_2days.txt": PARTS,
    "uci_household/household_power_consumption_days.csv": PARTS,
    "enphase_us/9999998_custom_report.csv": ["Energy Produced_produced_kwh"],
    "solarman/Solarman-Daily.Statistics-20250316.xlsx": ["Production-Today_produced_kwh"],
}
"""What the exports give beside their energy."""
REFUSED = [
    ("green_button_xml/ESPIIntervalBlock.xml", "without a ReadingType"),
    ("green_button_xml/PGEIntervalBlock.xml", "without a ReadingType"),
    ("nem12_au/Example_NEM13_consumption_data.csv", "NEM13"),
    ("nem12_au/Example_NEM13_forward_estimate.csv", "NEM13"),
    ("nem12_invalid/Example_NEM12_15min_200_30min_300.csv", "as many values"),
    ("nem12_invalid/Example_NEM12_30min_200_15min_300.csv", "as many values"),
    ("nem12_invalid/Example_NEM12_30min_200_15min_400.csv", "as many values"),
    ("nem12_invalid/Example_NEM12_empty.csv", "empty"),
    ("nem12_invalid/Example_empty_file.csv", "empty"),
    ("homewizard_nl/15min_Water-2025-3-1-2025-7-12.csv", "no electricity"),
    ("homewizard_nl/15min_P1g-2025-3-1-2025-7-12.csv", "no electricity"),
    ("fluvius_be/Consumption_history_gas_541448860018322037_20231022_20250426_hourly totals.csv", "readings are of gas"),
    ("fluvius_be/Verbruikshistoriek_gas_123456789123456789_20220110_20240929_uurtotalen.csv", "readings are of gas"),
]


def read(corpus: Path, name: str, **options: str | None) -> FileReadings:
    path = corpus / "real_exports" / name
    return read_file(path, path.name, ReadOptions(**options))


def codes(found: FileReadings) -> set[str]:
    return {issue.code for issue in found.report.issues}


@pytest.mark.parametrize(
    ("name", "zone", "unit", "minutes", "rows", "drawn_kwh", "sent_kwh"),
    READ,
    ids=[one[0].split("/")[0] + "-" + one[0][-12:] for one in READ],
)
def test_energy(
    corpus: Path, name: str, zone: str | None, unit: str, minutes: float, rows: int, drawn_kwh: float, sent_kwh: float | None
) -> None:
    found = read(corpus, name, timezone=zone)
    energy = {meter.channel: float(meter.readings["kwh"].sum()) for meter in found.meters}
    assert energy == pytest.approx({Channel.IMPORT: drawn_kwh} | ({} if sent_kwh is None else {Channel.EXPORT: sent_kwh}), abs=2e-3)
    drawn = next(meter for meter in found.meters if meter.channel is Channel.IMPORT)
    assert (found.unit, drawn.interval_minutes, len(drawn.readings)) == (unit, minutes, rows)
    assert list(drawn.readings.columns) == ["kwh", "quality", *BESIDE.get(name, [])]
    assert found.report.read == found.report.stored + found.report.rejected


def test_three_circuits_are_parts_of_the_whole(corpus: Path) -> None:
    readings = read(corpus, "uci_household/household_power_consumption_days.csv").meters[0].readings
    parts = readings[PARTS].sum()
    assert parts.sum() < readings["kwh"].sum()
    assert 0.3 < parts.sum() / readings["kwh"].sum() < 0.7


@pytest.mark.parametrize(("name", "says"), REFUSED, ids=[one[0].split("/")[1][:24] for one in REFUSED])
def test_refusal_names_the_file(corpus: Path, name: str, says: str) -> None:
    with pytest.raises(FileRefusedError, match=says):
        read(corpus, name)


def test_steel_works_stamps_its_intervals_at_their_end(corpus: Path) -> None:
    found = read(corpus, "uci_steel/Steel_industry_data.csv")
    index = found.meters[0].readings.index
    assert (found.stamp, found.report.rejected, found.report.warnings) == ("end", 0, ())
    assert (str(index[0]), str(index[-1])) == ("2018-01-01 00:00:00+00:00", "2018-12-31 23:45:00+00:00")


def test_daily_sums_of_minutes_are_told(corpus: Path) -> None:
    found = read(corpus, "uci_household/household_power_consumption_days.csv")
    assert [issue.code for issue in found.report.warnings] == ["unit_suspect"]


def test_notes_of_columns(corpus: Path) -> None:
    assert {"not_electricity", "extra_value_columns"} <= codes(read(corpus, "dsmr_reader_nl/dsmrreader-data-export-hour.csv"))
    assert "extra_value_columns" in codes(read(corpus, "enphase_us/9999998_custom_report.csv"))
    assert "produced_energy" in codes(read(corpus, "enphase_us/9999999_custom_report.csv"))


def test_meters_and_qualities_of_nem12(corpus: Path) -> None:
    several = read(corpus, "nem12_au/Example_NEM12_multiple_meters.csv").meters
    assert {(meter.label, meter.channel): float(meter.readings["kwh"].sum()) for meter in several} == pytest.approx(
        {("NCDE001111", Channel.IMPORT): 21.12, ("NCDE001111", Channel.EXPORT): 1.92, ("NDDD001888", Channel.EXPORT): 3.84}
    )
    mixed = read(corpus, "nem12_au/Example_NEM12_multiple_quality.csv").meters[0].readings["quality"]
    assert mixed.tolist() == ["estimated"] * 20 + ["actual"] * 4 + ["estimated"] * 24


def test_zone_is_found_by_the_offsets(corpus: Path) -> None:
    found = read(corpus, "dsmr_reader_nl/dsmrreader-data-export-hour.csv")
    assert (found.timezone, found.timezone_source) == ("Europe/Amsterdam", "file")


def test_zone_is_found_by_the_rules_of_the_clock(corpus: Path) -> None:
    zones = {"green_button_xml/sample_greenbutton_data.xml": "America/Los_Angeles", "green_button_xml/BulkSCEIntervalBlock.xml": "UTC"}
    assert {name: read(corpus, name).timezone for name in zones} == zones
    assert read(corpus, "united_power_us/green_button_data_1760853600000.zip").timezone == "America/Denver"


GREEN_BUTTON_READ = {"BulkSCEIntervalBlock.xml", "BulkSCEUsageSummaryAndIntervalBlock.xml", "sample_greenbutton_data.xml"}


def test_green_button_files_without_explained_readings_are_refused_by_a_sentence(corpus: Path) -> None:
    names = {path.name for path in (corpus / "real_exports" / "green_button_xml").iterdir()} - GREEN_BUTTON_READ
    assert len(names) > 20
    for name in sorted(names):
        with pytest.raises(
            FileRefusedError, match=r"This Green Button file holds (no readings, only|readings without a ReadingType)"
        ) as refused:
            read(corpus, f"green_button_xml/{name}")
        assert refused.value.hint


def test_readings_of_a_block_alone_are_read_in_the_unit_that_a_person_says(corpus: Path) -> None:
    found = read(corpus, "green_button_xml/PGEIntervalBlock.xml", unit="Wh")
    assert {issue.code for issue in found.report.issues} >= {"duplicate_rows"}
    assert found.report.read == 2_556
